use crate::base::*;
use crate::config::parse::parse;

#[test]
fn probe() {
    let text = "ä: \"ö x\"\nn: [1, 'b' , {k: v } ] # c\nblock: |\n  line\n  two\n\nmap:\n  a: plain multi\n    line\n  b:\n1: x\ntrue: y\nanchor: &a {q: r}\nuse: *a\nf: 0777\ng: 1_000\nh: .nan\n~: e\n";
    let mut report = Report::new();
    let node = parse(FileId(3), text, &mut report);
    fn show(n: &Node, text: &str, d: usize) {
        println!(
            "{}{:?} {:?}",
            " ".repeat(d),
            &text[n.span.start..n.span.end],
            n.noun()
        );
        for (k, v) in n.entries() {
            println!(
                "{}key {:?} = {:?}",
                " ".repeat(d),
                k.value,
                &text[k.span.start..k.span.end]
            );
            show(v, text, d + 2);
        }
        for v in n.items() {
            show(v, text, d + 2);
        }
    }
    println!("{report:?}");
    show(&node.unwrap(), text, 0);
    for bad in [
        "",
        "# x\n",
        "a: 1\n---\nb: 2\n",
        "a:\n\tb: 1\n",
        "a: [1\n",
        "a: 1\na: 2\n",
        "? [1]\n: 2\n",
        "a: !x 1\n",
        "a: *n\n",
        "key: 'abc\n",
        "a: b: c\n",
        "a: 1\n b: 2\n",
        "a: &a [*a]\n",
    ] {
        let mut report = Report::new();
        let node = parse(FileId(0), bad, &mut report);
        println!("{bad:?} -> {} {:?}", node.is_some(), report.sorted());
    }
}

use crate::base::{Diagnostic, FileId, Report, SourceMap, Span};
use crate::cli::findings::annotations;

#[test]
fn findings_stand_beside_their_lines() {
    let mut sources = SourceMap::default();
    sources.add("a.yaml", "version: 1\nname: x\n");
    let mut report = Report::new();
    let name = Span {
        file: FileId(0),
        start: 11,
        end: 15,
    };
    report.push(
        Diagnostic::error("declared-twice", "`name` is declared twice\n::error::no")
            .at(name)
            .help("keep one"),
    );
    report.push(Diagnostic::warning("unknown-var", "`X` is not declared"));
    insta::assert_snapshot!(annotations(&report, &sources), @r"
    ::warning title=dcrsync%3A unknown-var::`X` is not declared
    ::error file=a.yaml,line=2,col=1,title=dcrsync%3A declared-twice::`name` is declared twice%0A::error::no%0Ahelp: keep one
    ");
}

use super::nodes::Node;

/// Puts each node after all that it needs, and in its column near what it needs.
///
/// A circle should not be; where one is, it is cut somewhere rather than followed for ever.
pub(super) fn layers(nodes: &[Node]) -> Vec<Vec<usize>> {
    let mut depths: Vec<Option<usize>> = vec![None; nodes.len()];
    for number in 0..nodes.len() {
        depth(nodes, number, &mut depths, &mut Vec::new());
    }
    let mut columns: Vec<Vec<usize>> = Vec::new();
    for (number, depth) in depths.into_iter().enumerate() {
        let depth = depth.unwrap_or_default();
        if columns.len() <= depth {
            columns.resize(depth + 1, Vec::new());
        }
        if let Some(column) = columns.get_mut(depth) {
            column.push(number);
        }
    }
    near_what_they_need(nodes, &mut columns);
    columns
}

fn depth(
    nodes: &[Node],
    number: usize,
    depths: &mut Vec<Option<usize>>,
    way: &mut Vec<usize>,
) -> usize {
    if let Some(Some(known)) = depths.get(number) {
        return *known;
    }
    if way.contains(&number) {
        return 0;
    }
    way.push(number);
    let needs = nodes.get(number).map_or(&[][..], |node| &node.needs);
    let after = needs
        .iter()
        .map(|it| depth(nodes, *it, depths, way) + 1)
        .max();
    way.pop();
    let found = after.unwrap_or_default();
    if let Some(depth) = depths.get_mut(number) {
        *depth = Some(found);
    }
    found
}

/// Orders each column by the middle of what its nodes need, which keeps most lines apart.
fn near_what_they_need(nodes: &[Node], columns: &mut [Vec<usize>]) {
    let mut places: Vec<usize> = vec![0; nodes.len()];
    for column in columns {
        column.sort_by_key(|number| {
            let needs = nodes.get(*number).map_or(&[][..], |node| &node.needs);
            let sum: usize = needs.iter().filter_map(|it| places.get(*it)).sum();
            // in hundredths, so that a whole number can say "between two"
            (sum * 100).checked_div(needs.len()).unwrap_or(usize::MAX)
        });
        for (place, number) in column.iter().enumerate() {
            if let Some(kept) = places.get_mut(*number) {
                *kept = place;
            }
        }
    }
}

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// The lines that may be open at a time; far below the files that a process may open (1,024 is usual).
const MOST: usize = 256;

/// All open lines.
///
/// A newcomer always gets one. When there are too many, one of the peer that has most is cut: one that
/// asks for nothing at present rather than one that waits for its answer, and of those the oldest. So
/// a thousand lines that never end their request only cut each other.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines(Arc<Mutex<Table>>);

#[derive(Debug, Default)]
struct Table {
    open: HashMap<u64, Entry>,
    /// Counts openings and turns, in place of a clock.
    turns: u64,
}

#[derive(Debug)]
struct Entry {
    peer: IpAddr,
    /// How many answers are under way.
    answers: usize,
    /// Since when it is as busy as it is.
    since: u64,
    cut: Arc<Notify>,
}

/// One open line; it counts until it is dropped.
#[derive(Debug)]
pub(super) struct Line {
    lines: Lines,
    id: u64,
    cut: Arc<Notify>,
}

/// An answer that is under way on a line, until it is dropped.
#[derive(Debug)]
pub(super) struct Answer(Arc<Line>);

impl Lines {
    /// Opens a line, for which another one may be cut.
    pub(super) fn open(&self, peer: IpAddr) -> Line {
        let mut table = self.table();
        while table.open.len() >= MOST {
            let Some(id) = table.least() else { break };
            if let Some(entry) = table.open.remove(&id) {
                entry.cut.notify_one();
            }
        }
        let id = table.turn();
        let cut = Arc::new(Notify::new());
        let entry = Entry {
            peer: network(peer),
            answers: 0,
            since: id,
            cut: Arc::clone(&cut),
        };
        table.open.insert(id, entry);
        Line {
            lines: self.clone(),
            id,
            cut,
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn turn(&mut self) -> u64 {
        self.turns += 1;
        self.turns
    }

    /// The line that is missed least.
    fn least(&self) -> Option<u64> {
        let mut of_peer: HashMap<IpAddr, usize> = HashMap::new();
        for entry in self.open.values() {
            *of_peer.entry(entry.peer).or_default() += 1;
        }
        let most = of_peer.values().copied().max()?;
        let of_greediest = self
            .open
            .iter()
            .filter(|(_, entry)| of_peer.get(&entry.peer) == Some(&most));
        of_greediest
            .min_by_key(|(_, entry)| (entry.answers > 0, entry.since))
            .map(|(id, _)| *id)
    }

    fn change(&mut self, id: u64, change: impl FnOnce(&mut usize)) {
        let turn = self.turn();
        if let Some(entry) = self.open.get_mut(&id) {
            change(&mut entry.answers);
            entry.since = turn;
        }
    }
}

impl Line {
    /// Says that an answer is under way.
    pub(super) fn answer(self: &Arc<Self>) -> Answer {
        self.lines.table().change(self.id, |answers| *answers += 1);
        Answer(Arc::clone(self))
    }

    /// Ends when the line has to be cut.
    pub(super) async fn cut(&self) {
        self.cut.notified().await;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.lines.table().open.remove(&self.id);
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let line = &self.0;
        line.lines
            .table()
            .change(line.id, |answers| *answers = answers.saturating_sub(1));
    }
}

/// Whoever has one IPv6 address usually has the 64 bits below it (RFC 6177).
fn network(peer: IpAddr) -> IpAddr {
    match peer.to_canonical() {
        IpAddr::V4(peer) => IpAddr::V4(peer),
        IpAddr::V6(peer) => {
            let [a, b, c, d, ..] = peer.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::sync::Arc;

    use super::{Line, Lines, MOST};

    const GREEDY: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    fn is_open(lines: &Lines, line: &Line) -> bool {
        lines.table().open.contains_key(&line.id)
    }

    #[test]
    fn the_oldest_of_the_greediest_is_cut() {
        let lines = Lines::default();
        let other = lines.open(OTHER);
        let greedy: Vec<Line> = (1..MOST).map(|_| lines.open(GREEDY)).collect();
        assert!(greedy.iter().all(|line| is_open(&lines, line)));

        let newcomer = lines.open(OTHER);
        assert!(is_open(&lines, &other) && is_open(&lines, &newcomer));
        assert!(!is_open(&lines, &greedy[0]));
        assert!(is_open(&lines, &greedy[1]));
    }

    #[test]
    fn one_that_waits_for_its_answer_is_cut_last() {
        let lines = Lines::default();
        let all: Vec<Arc<Line>> = (0..MOST).map(|_| Arc::new(lines.open(GREEDY))).collect();
        let answers: Vec<_> = all.iter().take(2).map(Line::answer).collect();
        let _newcomer = lines.open(GREEDY);
        assert!(is_open(&lines, &all[0]) && is_open(&lines, &all[1]));
        assert!(!is_open(&lines, &all[2]));

        drop(answers);
        drop(all);
        assert_eq!(lines.table().open.len(), 1, "lines that ended do not count");
    }

    #[tokio::test]
    async fn a_line_that_is_cut_is_told() {
        let lines = Lines::default();
        let all: Vec<Line> = (0..MOST).map(|_| lines.open(GREEDY)).collect();
        let _newcomer = lines.open(OTHER);
        all[0].cut().await;
    }

    #[test]
    fn neighbours_in_one_ipv6_network_are_one_peer() {
        let lines = Lines::default();
        let other = lines.open("2001:db8:1::1".parse().unwrap());
        let network: Vec<Line> = (1..MOST)
            .map(|host| lines.open(format!("2001:db8:2::{host:x}").parse().unwrap()))
            .collect();
        let _newcomer = lines.open(OTHER);
        assert!(is_open(&lines, &other));
        assert!(!is_open(&lines, &network[0]));
    }
}

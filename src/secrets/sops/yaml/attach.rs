use super::builder::{Builder, Content, Place};
use super::comments::{Comment, between};

/// How comments find the entry that they speak of: the one that follows, or the one on their line.
impl Builder<'_> {
    /// Collects the comments up to this token; one on the line of a finished entry joins it.
    pub(super) fn look_through(&mut self, place: &Place) {
        if place.start <= self.consumed {
            return;
        }
        let found = between(self.text, self.consumed, place.start);
        self.consumed = place.start;
        for comment in found {
            let joined = !comment.own_line && self.join(&comment);
            if !joined {
                self.comments.push(comment);
            }
        }
    }

    fn join(&mut self, comment: &Comment) -> bool {
        let text = self.text;
        let same_line = |end: usize| {
            text.get(end..comment.at)
                .is_some_and(|gap| !gap.contains('\n'))
        };
        let Some(frame) = self.frames.last_mut() else {
            return false;
        };
        let last = match &mut frame.content {
            Content::Map { key: Some(_), .. } => None,
            Content::Map { entries, .. } => entries
                .last_mut()
                .map(|entry| (entry.value.end, &mut entry.comments)),
            Content::List(items) => items
                .last_mut()
                .map(|item| (item.value.end, &mut item.comments)),
        };
        match last {
            Some((end, comments)) if same_line(end) => {
                comments.push(comment.text.clone());
                true
            }
            Some(_) | None => false,
        }
    }

    /// Gives the collected comments to the entry or item that begins here.
    ///
    /// A comment on its own line between a key and its container stands inside the container.
    pub(super) fn before_node(&mut self, container: bool) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        let value = matches!(frame.content, Content::Map { key: Some(_), .. });
        let (inside, before) = std::mem::take(&mut self.comments)
            .into_iter()
            .partition(|comment: &Comment| container && value && comment.own_line);
        self.comments = inside;
        let before: Vec<Comment> = before;
        frame
            .before
            .extend(before.into_iter().map(|comment| comment.text));
    }
}

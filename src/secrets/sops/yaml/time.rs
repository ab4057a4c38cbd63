/// A time as Go keeps it: the written clock and its offset.
///
/// sops feeds times to the MAC as RFC 3339, so the offset must come back as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) struct Time {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    nanos: u32,
    /// Minutes east of Greenwich.
    offset: i32,
}

impl Time {
    /// Reads the forms that go.yaml.in/yaml v3 takes for a timestamp.
    pub(in super::super) fn from_yaml(text: &str) -> Option<Self> {
        let mut rest = Cursor(text);
        let mut time = Self::date(&mut rest)?;
        if rest.0.is_empty() {
            return Some(time);
        }
        let zoned = match rest.any()? {
            'T' | 't' => true,
            ' ' => false,
            _ => return None,
        };
        time.clock(&mut rest)?;
        if zoned {
            time.offset = rest.zone()?;
        }
        rest.0.is_empty().then_some(time)
    }

    /// Reads RFC 3339.
    pub(in super::super) fn from_rfc3339(text: &str) -> Option<Self> {
        text.get(10..11)
            .filter(|separator| *separator == "T")
            .and_then(|_| Self::from_yaml(text))
    }

    /// RFC 3339 with as many digits of a second as there are.
    pub(in super::super) fn rfc3339_nano(&self) -> String {
        let digits = format!("{:09}", self.nanos);
        let digits = digits.trim_end_matches('0');
        let dot = if digits.is_empty() { "" } else { "." };
        format!("{}{dot}{digits}{}", self.to_seconds(), self.zone())
    }

    /// RFC 3339 in whole seconds.
    pub(in super::super) fn rfc3339(&self) -> String {
        format!("{}{}", self.to_seconds(), self.zone())
    }

    fn to_seconds(self) -> String {
        let Self {
            year,
            month,
            day,
            hour,
            minute,
            second,
            ..
        } = self;
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }

    fn zone(self) -> String {
        if self.offset == 0 {
            return "Z".to_owned();
        }
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs();
        format!("{sign}{:02}:{:02}", minutes / 60, minutes % 60)
    }

    fn date(rest: &mut Cursor<'_>) -> Option<Self> {
        let year = rest.number(4, 4)?;
        rest.exactly('-')?;
        let month = rest.number(1, 2)?;
        rest.exactly('-')?;
        let day = rest.number(1, 2)?;
        let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        (1..=days).contains(&day).then_some(Self {
            year,
            month,
            day,
            hour: 0,
            minute: 0,
            second: 0,
            nanos: 0,
            offset: 0,
        })
    }

    fn clock(&mut self, rest: &mut Cursor<'_>) -> Option<()> {
        self.hour = rest.number(1, 2).filter(|hour| *hour < 24)?;
        rest.exactly(':')?;
        self.minute = rest.number(1, 2).filter(|minute| *minute < 60)?;
        rest.exactly(':')?;
        self.second = rest.number(1, 2).filter(|second| *second < 60)?;
        self.nanos = rest.fraction();
        Some(())
    }
}

struct Cursor<'t>(&'t str);

impl Cursor<'_> {
    fn any(&mut self) -> Option<char> {
        let first = self.0.chars().next()?;
        self.0 = self.0.get(first.len_utf8()..)?;
        Some(first)
    }

    fn exactly(&mut self, wanted: char) -> Option<()> {
        self.0 = self.0.strip_prefix(wanted)?;
        Some(())
    }

    fn digits(&self) -> usize {
        self.0.bytes().take_while(u8::is_ascii_digit).count()
    }

    fn number(&mut self, least: usize, most: usize) -> Option<u32> {
        let digits = self.digits().min(most);
        if digits < least {
            return None;
        }
        let (number, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        number.parse().ok()
    }

    /// Go takes a comma for a point, and cuts after nine digits.
    fn fraction(&mut self) -> u32 {
        let Some(rest) = self.0.strip_prefix(['.', ',']) else {
            return 0;
        };
        let fraction = Cursor(rest);
        let digits = fraction.digits();
        let Some((number, rest)) = rest.split_at_checked(digits).filter(|_| digits > 0) else {
            return 0;
        };
        self.0 = rest;
        let padded: String = number.chars().chain("000000000".chars()).take(9).collect();
        padded.parse().unwrap_or_default()
    }

    fn zone(&mut self) -> Option<i32> {
        let sign = match self.any()? {
            'Z' => return Some(0),
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let hours = self.number(2, 2).filter(|hours| *hours <= 24)?;
        self.exactly(':')?;
        let minutes = self.number(2, 2).filter(|minutes| *minutes <= 60)?;
        i32::try_from(hours * 60 + minutes)
            .ok()
            .map(|minutes| sign * minutes)
    }
}

use std::collections::HashSet;
use std::fmt;

use prometheus_client::encoding::{DescriptorEncoder, MetricEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// Labels with their values.
pub(super) type Labels<'a> = [(&'static str, &'a str)];

/// One metric under one name, with a value for each set of labels.
pub(super) struct Family<'a> {
    encoder: MetricEncoder<'a>,
    /// Two values for the same labels make a scrape unreadable as a whole.
    seen: HashSet<Vec<String>>,
}

impl<'a> Family<'a> {
    /// Begins a metric that goes up and down.
    pub(super) fn gauge(
        encoder: &'a mut DescriptorEncoder<'_>,
        name: &'static str,
        help: &str,
    ) -> Result<Self, fmt::Error> {
        Self::new(encoder, name, help, MetricType::Gauge)
    }

    /// Begins a metric that only grows; `_total` is added to its name.
    pub(super) fn counter(
        encoder: &'a mut DescriptorEncoder<'_>,
        name: &'static str,
        help: &str,
    ) -> Result<Self, fmt::Error> {
        Self::new(encoder, name, help, MetricType::Counter)
    }

    /// Begins a metric that counts lengths.
    pub(super) fn histogram(
        encoder: &'a mut DescriptorEncoder<'_>,
        name: &'static str,
        help: &str,
    ) -> Result<Self, fmt::Error> {
        Self::new(encoder, name, help, MetricType::Histogram)
    }

    fn new(
        encoder: &'a mut DescriptorEncoder<'_>,
        name: &'static str,
        help: &str,
        kind: MetricType,
    ) -> Result<Self, fmt::Error> {
        Ok(Self {
            encoder: encoder.encode_descriptor(name, help, None, kind)?,
            seen: HashSet::new(),
        })
    }

    /// A value of a gauge.
    pub(super) fn set(&mut self, labels: &Labels<'_>, value: f64) -> fmt::Result {
        if !self.is_new(labels) {
            return Ok(());
        }
        if labels.is_empty() {
            return self.encoder.encode_gauge(&value);
        }
        self.encoder.encode_family(&labels)?.encode_gauge(&value)
    }

    /// A value of a counter.
    pub(super) fn add(&mut self, labels: &Labels<'_>, value: u64) -> fmt::Result {
        if !self.is_new(labels) {
            return Ok(());
        }
        if labels.is_empty() {
            return self
                .encoder
                .encode_counter::<NoLabelSet, _, u64>(&value, None);
        }
        let mut family = self.encoder.encode_family(&labels)?;
        family.encode_counter::<NoLabelSet, _, u64>(&value, None)
    }

    /// The lengths of one histogram, each bucket with its own count.
    pub(super) fn lengths(
        &mut self,
        labels: &Labels<'_>,
        sum: f64,
        buckets: &[(f64, u64)],
    ) -> fmt::Result {
        if !self.is_new(labels) {
            return Ok(());
        }
        let count = buckets.iter().map(|(_, count)| count).sum();
        let mut family = self.encoder.encode_family(&labels)?;
        family.encode_histogram::<NoLabelSet>(sum, count, buckets, None)
    }

    fn is_new(&mut self, labels: &Labels<'_>) -> bool {
        let values = labels.iter().map(|(_, value)| (*value).to_owned());
        self.seen.insert(values.collect())
    }
}

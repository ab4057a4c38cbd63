//! Rules by requests without a network; attacks over real sockets are in [`attacks`].

mod attacks;
mod client;
mod door;
mod guards;
mod made_up;
mod metrics;
mod pages;
mod probes;

//! The sandbox as a client sees it: plain HTTP to started servers, no vendor's behaviour.

mod audit;
mod connections;
mod control;
mod faults;
mod journal;
mod kept_state;
mod limits;
mod page;
mod seed;
mod stage;
mod tap;
mod third_party;
mod tls;

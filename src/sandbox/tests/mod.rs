//! The sandbox as a client sees it: plain HTTP to started servers, no vendor's behaviour.

mod connections;
mod control;
mod faults;
mod journal;
mod kept_state;
mod stage;

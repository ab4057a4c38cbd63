mod bucket;
mod guess;
mod lanes;
mod latency;
mod model;
mod server;
mod shared;

mod api;
mod cluster;
mod file;
mod lease;
mod name;
mod rounds;
mod term;

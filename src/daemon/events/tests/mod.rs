mod attribution;
mod reading;
mod world;

mod deaf;
mod paths;
mod real;
mod settling;
mod world;

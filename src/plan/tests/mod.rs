//! The planner against made-up kinds: desired in the document's words, the live side that agrees,
//! one thing changed, the plan as a picture.

mod kinds;
mod model;
mod picture;
mod scene;

mod fields;
mod forecasting;
mod graphs;
mod guarding;
mod holding;
mod ignoring;
mod laws;
mod naming;
mod ordering;
mod owning;
mod pruning;
mod replacing;
mod sealing;

mod broken;
mod budget;
mod portal;
mod retry;
mod safety;

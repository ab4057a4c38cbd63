mod broken;
mod portal;
mod retry;
mod safety;

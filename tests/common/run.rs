use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How a command ended.
#[must_use]
#[derive(Debug, Clone)]
pub struct Run {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// Standard output, as it came.
    pub stdout: String,
    /// Standard error, as it came.
    pub stderr: String,
}

impl Run {
    /// Fails unless this was the exit code.
    #[track_caller]
    pub fn code(self, code: i32) -> Self {
        assert_eq!(
            self.code,
            Some(code),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("standard output is JSON")
    }

    /// Both outputs.
    pub fn all(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// A command under way; ended at the latest with the test.
#[derive(Debug)]
pub struct Running {
    child: Child,
    out: Option<JoinHandle<String>>,
    err: Option<JoinHandle<String>>,
    /// What came on standard error so far.
    said: Said,
}

type Said = Arc<Mutex<String>>;

impl Running {
    pub(super) fn start(command: &mut Command) -> Self {
        let mut child = command.spawn().unwrap();
        // read along, so that a full pipe holds nobody up
        let said = Said::default();
        let out = child.stdout.take().map(|pipe| read(pipe, Said::default()));
        let err = child.stderr.take().map(|pipe| read(pipe, said.clone()));
        Self {
            child,
            out,
            err,
            said,
        }
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success(), "no signal could be sent");
    }

    /// Tells whether it is over.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Tells whether this came on standard error already.
    pub fn has_said(&self, text: &str) -> bool {
        self.said.lock().unwrap().contains(text)
    }

    /// What came on standard error so far.
    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for its end, but not for ever.
    pub fn end(mut self) -> Run {
        let since = Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break Some(status.code());
            }
            if since.elapsed() > Duration::from_secs(40) {
                let _ = self.child.kill();
                break None;
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let text = |reader: Option<JoinHandle<String>>| reader.unwrap().join().unwrap();
        let (stdout, stderr) = (text(self.out.take()), text(self.err.take()));
        let Some(code) = code else {
            panic!("it hangs; stdout:\n{stdout}\nstderr:\n{stderr}");
        };
        Run {
            code,
            stdout,
            stderr,
        }
    }
}

fn read(pipe: impl Read + Send + 'static, said: Said) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe);
        let mut line = String::new();
        while pipe.read_line(&mut line).expect("outputs are UTF-8") > 0 {
            said.lock().unwrap().push_str(&line);
            line.clear();
        }
        said.lock().unwrap().clone()
    })
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

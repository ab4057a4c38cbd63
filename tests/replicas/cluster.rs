//! etcd and kube-apiserver as processes, with the rights of `deploy/kubernetes/role.yaml` for the replicas.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};

pub(super) const NAMESPACE: &str = "dcrsync-test";
const STARTS_WITHIN: Duration = Duration::from_mins(3);

pub(super) struct Cluster {
    folder: tempfile::TempDir,
    port: u16,
    children: Vec<Child>,
}

impl Cluster {
    /// Nothing where the programs are not there.
    pub(super) fn start() -> Option<Self> {
        let named = |name: &str| {
            std::env::var_os(name)
                .map(PathBuf::from)
                .filter(|path| path.is_file())
        };
        let (Some(etcd), Some(apiserver)) =
            (named("DCRSYNC_ETCD"), named("DCRSYNC_KUBE_APISERVER"))
        else {
            eprintln!(
                "!!! SKIPPED: replicas: DCRSYNC_ETCD and DCRSYNC_KUBE_APISERVER name no programs (.ci/kubernetes builds them)"
            );
            return None;
        };
        let folder = tempfile::tempdir().expect("a folder");
        let port = free_port();
        let mut cluster = Self {
            folder,
            port,
            children: Vec::new(),
        };
        let etcd_url = cluster.start_etcd(&etcd);
        cluster.start_apiserver(&apiserver, &etcd_url);
        cluster.prepare();
        Some(cluster)
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// A kubeconfig of the replicas' account, by way of that port.
    pub(super) fn kubeconfig(&self, name: &str, port: u16) -> PathBuf {
        let path = self.folder().join(format!("{name}.kubeconfig"));
        fs::write(&path, self.kubeconfig_text("replica", port)).expect("it is written");
        path
    }

    /// A field of the only Lease in the namespace.
    pub(super) fn lease_field(&self, field: &str) -> String {
        let leases = self.ask(
            "GET",
            &format!("/apis/coordination.k8s.io/v1/namespaces/{NAMESPACE}/leases"),
            None,
        );
        let leases = leases.expect("the leases");
        let items = leases["items"].as_array().expect("a list");
        assert_eq!(items.len(), 1, "{items:?}");
        let value = &items[0]["spec"][field];
        value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned)
    }

    fn start_etcd(&mut self, program: &Path) -> String {
        let (client, peer) = (url(free_port()), url(free_port()));
        let data = self.folder().join("etcd");
        self.run(
            "etcd",
            Command::new(program)
                .arg("--data-dir")
                .arg(data)
                .args([
                    "--listen-client-urls",
                    &client,
                    "--advertise-client-urls",
                    &client,
                ])
                .args([
                    "--listen-peer-urls",
                    &peer,
                    "--initial-advertise-peer-urls",
                    &peer,
                ])
                .args([
                    "--initial-cluster",
                    &format!("default={peer}"),
                    "--unsafe-no-fsync",
                ]),
        );
        client
    }

    fn start_apiserver(&mut self, program: &Path, etcd: &str) {
        let key = rcgen::KeyPair::generate().expect("a key");
        let path = |name: &str| self.folder().join(name);
        fs::write(path("sa.key"), key.serialize_pem()).expect("it is written");
        fs::write(path("sa.pub"), key.public_key_pem()).expect("it is written");
        let tokens = "admin-token,admin,1,system:masters\nreplica-token,replica,2\n";
        fs::write(path("tokens.csv"), tokens).expect("it is written");
        let flag = |name: &str, value: &Path| format!("--{name}={}", value.display());
        let mut command = Command::new(program);
        command.args([
            format!("--etcd-servers={etcd}"),
            format!("--secure-port={}", self.port),
            "--bind-address=127.0.0.1".to_owned(),
            "--advertise-address=127.0.0.1".to_owned(),
            "--service-cluster-ip-range=10.0.0.0/24".to_owned(),
            "--authorization-mode=RBAC".to_owned(),
            "--service-account-issuer=https://test.invalid".to_owned(),
            flag("cert-dir", &path("certs")),
            flag("service-account-key-file", &path("sa.pub")),
            flag("service-account-signing-key-file", &path("sa.key")),
            flag("token-auth-file", &path("tokens.csv")),
        ]);
        self.run("kube-apiserver", &mut command);
    }

    fn run(&mut self, name: &str, command: &mut Command) {
        let log = fs::File::create(self.folder().join(format!("{name}.log"))).expect("a log");
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log)
            .spawn()
            .expect("it starts");
        self.children.push(child);
    }

    /// The namespace, and the rights that the deployment gives, for the replicas' account.
    fn prepare(&self) {
        let began = Instant::now();
        while self.ask("GET", "/readyz?verbose=false", None).is_err()
            && self.ask("GET", "/api/v1/namespaces/default", None).is_err()
        {
            let log =
                fs::read_to_string(self.folder().join("kube-apiserver.log")).unwrap_or_default();
            assert!(
                began.elapsed() < STARTS_WITHIN,
                "kube-apiserver does not start: {log}"
            );
            sleep(Duration::from_millis(300));
        }
        let namespace =
            json!({ "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": NAMESPACE } });
        self.make("/api/v1/namespaces", &namespace);
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/kubernetes/role.yaml");
        let text = fs::read_to_string(path).expect("the role");
        let (role, binding) = text.split_once("\n---\n").expect("a role and its binding");
        let rbac = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{NAMESPACE}");
        let role: Value = serde_saphyr::from_str(role).expect("YAML");
        self.make(&format!("{rbac}/roles"), &role);
        let mut binding: Value = serde_saphyr::from_str(binding).expect("YAML");
        binding["subjects"] =
            json!([{ "kind": "User", "name": "replica", "apiGroup": "rbac.authorization.k8s.io" }]);
        self.make(&format!("{rbac}/rolebindings"), &binding);
    }

    fn make(&self, path: &str, object: &Value) {
        let began = Instant::now();
        // right after the start some parts are not ready yet
        while let Err(error) = self.ask("POST", path, Some(object)) {
            assert!(began.elapsed() < STARTS_WITHIN, "{path}: {error}");
            sleep(Duration::from_millis(300));
        }
    }

    /// A request of the administrator.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, String> {
        let config = self.kubeconfig_text("admin", self.port);
        let body = body.map(Value::to_string).unwrap_or_default();
        let request = http::Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(body.into_bytes())
            .expect("a request");
        block_on(async move {
            let config: Kubeconfig =
                serde_saphyr::from_str(&config).map_err(|error| error.to_string())?;
            let options = KubeConfigOptions::default();
            let config = kube::Config::from_custom_kubeconfig(config, &options);
            let config = config.await.map_err(|error| error.to_string())?;
            let client = kube::Client::try_from(config).map_err(|error| error.to_string())?;
            client
                .request::<Value>(request)
                .await
                .map_err(|error| error.to_string())
        })
    }

    fn kubeconfig_text(&self, user: &str, port: u16) -> String {
        let ca = self.folder().join("certs/apiserver.crt");
        json!({
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "test",
            "clusters": [{ "name": "test", "cluster": {
                "server": format!("https://127.0.0.1:{port}"), "certificate-authority": ca } }],
            "users": [{ "name": "test", "user": { "token": format!("{user}-token") } }],
            "contexts": [{ "name": "test", "context": { "cluster": "test", "user": "test", "namespace": NAMESPACE } }],
        })
        .to_string()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // the API server first, which would only complain about an etcd that is gone
        for child in self.children.iter_mut().rev() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

pub(super) fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(work)
}

fn url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("its address").port()
}

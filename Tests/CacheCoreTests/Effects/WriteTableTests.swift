import CacheCore
import GitHubCore
import Testing

/// What a client's write makes wrong, by method and path.
struct WriteTableTests {
    /// One path of each kind; job 70 belongs to run 7, job 80 to run 8, and of job 90 nothing is known.
    private static let paths = [
        "/repos/o/r", "/repos/o/r/actions/runs", "/repos/o/r/actions/runs?status=queued", "/repos/o/r/actions/runs/7",
        "/repos/o/r/actions/runs/7/attempts/1", "/repos/o/r/actions/runs/7/attempts/1/jobs",
        "/repos/o/r/actions/runs/7/jobs", "/repos/o/r/actions/runs/7/artifacts",
        "/repos/o/r/actions/runs/7/pending_deployments", "/repos/o/r/actions/runs/8", "/repos/o/r/actions/runs/8/jobs",
        "/repos/o/r/actions/jobs/70", "/repos/o/r/actions/jobs/80", "/repos/o/r/actions/jobs/90",
        "/repos/o/r/actions/workflows", "/repos/o/r/actions/workflows/ci.yml",
        "/repos/o/r/actions/workflows/ci.yml/runs",
        "/repos/o/r/actions/artifacts", "/repos/o/r/actions/artifacts/5", "/repos/o/r/actions/caches",
        "/repos/o/r/actions/cache/usage", "/repos/o/r/actions/runners", "/repos/o/r/actions/runners/3",
        "/repos/o/r/actions/runners/3/labels", "/repos/o/r/check-runs/70", "/repos/o/r/check-suites/6",
        "/repos/o/r/commits/main/check-runs", "/repos/o/r/commits/main/status", "/repos/o/r/readme",
        "/orgs/o", "/orgs/o/repos", "/users/o/repos", "/user/repos", "/orgs/o/actions/runners",
        "/orgs/o/actions/cache/usage",
    ]
    /// What is of another repository and another owner is never touched.
    private static let others = [
        "/repos/o/other", "/repos/o/other/actions/runs", "/repos/o/other/actions/runs/7", "/orgs/p", "/orgs/p/repos",
        "/orgs/p/actions/runners",
    ]
    private static let lists = [
        "/repos/o/r/actions/runs", "/repos/o/r/actions/runs?status=queued", "/repos/o/r/actions/workflows/ci.yml/runs",
    ]
    private static let checks = [
        "/repos/o/r/check-runs/70", "/repos/o/r/check-suites/6", "/repos/o/r/commits/main/check-runs",
    ]
    private static let run7 =
        paths.filter { $0.hasPrefix("/repos/o/r/actions/runs/7") } + lists + checks
        + ["/repos/o/r/actions/jobs/70", "/repos/o/r/actions/jobs/90"]
    private static let everyRun =
        paths.filter { $0.hasPrefix("/repos/o/r/actions/runs") || $0.hasPrefix("/repos/o/r/actions/jobs") } + checks
        + ["/repos/o/r/actions/workflows/ci.yml/runs"]
    private static let artifacts = [
        "/repos/o/r/actions/artifacts", "/repos/o/r/actions/artifacts/5", "/repos/o/r/actions/runs/7/artifacts",
    ]
    private static let caches = [
        "/repos/o/r/actions/caches", "/repos/o/r/actions/cache/usage", "/orgs/o/actions/cache/usage",
    ]
    private static let runners = paths.filter { $0.hasPrefix("/repos/o/r/actions/runners") }
    private static let workflows = ["/repos/o/r/actions/workflows", "/repos/o/r/actions/workflows/ci.yml"]
    private static let description = ["/repos/o/r", "/orgs/o", "/orgs/o/repos", "/users/o/repos", "/user/repos"]
    private static let refs =
        workflows + description
        + ["/repos/o/r/commits/main/check-runs", "/repos/o/r/commits/main/status", "/repos/o/r/readme"]

    private static func touched(_ method: String, _ path: String) throws -> Set<String> {
        let segments = try #require(RequestTarget(path)).segments
        guard let effect = WriteTable.effect(of: method, segments) else { return [] }
        return Set(
            try (paths + others).filter { path in
                effect.touches(try #require(Resource(path)).endpoint) { [70: 7, 80: 8][$0] }
            }
        )
    }

    @Test(arguments: [
        ("POST", "/repos/o/r/actions/runs/7/rerun", run7),
        ("POST", "/repos/o/r/actions/runs/7/rerun-failed-jobs", run7),
        ("POST", "/repos/o/r/actions/runs/7/cancel", run7),
        ("POST", "/repos/O/R/actions/runs/7/force-cancel", run7),
        ("POST", "/repos/o/r/actions/runs/7/approve", run7),
        ("POST", "/repos/o/r/actions/runs/7/pending_deployments", run7),
        ("POST", "/repos/o/r/actions/runs/7/deployment_protection_rule", run7),
        ("DELETE", "/repos/o/r/actions/runs/7/logs", run7),
        ("DELETE", "/repos/o/r/actions/runs/7", run7 + artifacts),
        ("POST", "/repos/o/r/actions/jobs/70/rerun", run7),
        ("POST", "/repos/o/r/actions/jobs/90/rerun", everyRun),
        ("POST", "/repos/o/r/actions/workflows/ci.yml/dispatches", lists),
        ("POST", "/repos/o/r/dispatches", lists),
        ("PUT", "/repos/o/r/actions/workflows/ci.yml/disable", workflows),
        ("PUT", "/repos/o/r/actions/workflows/1/enable", workflows),
        ("DELETE", "/repos/o/r/actions/artifacts/5", artifacts),
        ("DELETE", "/repos/o/r/actions/caches?key=a", caches),
        ("DELETE", "/repos/o/r/actions/caches/4", caches),
        ("DELETE", "/repos/o/r/actions/runners/3", runners),
        ("PUT", "/repos/o/r/actions/runners/3/labels", runners),
        ("DELETE", "/repos/o/r/actions/runners/3/labels/gpu", runners),
        ("POST", "/repos/o/r/actions/runners/generate-jitconfig", runners),
        ("POST", "/orgs/o/actions/runners/generate-jitconfig", ["/orgs/o/actions/runners"]),
        ("DELETE", "/orgs/o/actions/runners/3", ["/orgs/o/actions/runners"]),
        ("POST", "/repos/o/r/check-runs", checks),
        ("PATCH", "/repos/o/r/check-runs/70", checks),
        ("POST", "/repos/o/r/statuses/abc", ["/repos/o/r/commits/main/status"]),
        ("PUT", "/repos/o/r/contents/.github/workflows/ci.yml", refs),
        ("PATCH", "/repos/o/r/git/refs/heads/main", refs),
        ("PUT", "/repos/o/r/pulls/1/merge", refs),
        ("PUT", "/repos/o/r/topics", description),
        ("POST", "/orgs/o/repos", description.filter { $0 != "/repos/o/r" }),
        ("PATCH", "/orgs/o", description.filter { $0 != "/repos/o/r" }),
    ])
    func aWriteTouches(method: String, path: String, expected: [String]) throws {
        #expect(try Self.touched(method, path) == Set(expected))
    }

    @Test(arguments: [
        ("PATCH", "/repos/o/r"), ("DELETE", "/repos/o/r"), ("POST", "/repos/o/r/transfer"),
    ])
    func whatConcernsTheWholeRepositoryTouchesAllOfIt(method: String, path: String) throws {
        let touched = try Self.touched(method, path)
        #expect(touched.isSuperset(of: Self.paths.filter { $0.hasPrefix("/repos/o/r") }))
        #expect(touched.isSuperset(of: Self.description))
        #expect(touched.isDisjoint(with: Self.others))
    }

    @Test func whatIsNewInActionsTouchesAllOfThem() throws {
        let touched = try Self.touched("POST", "/repos/o/r/actions/something-new/1")
        #expect(touched.isSuperset(of: Self.everyRun + Self.artifacts + Self.workflows + Self.runners))
        #expect(touched.isDisjoint(with: Self.others))
    }

    @Test(arguments: [
        ("GET", "/repos/o/r/actions/runs/7"), ("HEAD", "/repos/o/r/actions/runs/7"), ("OPTIONS", "/repos/o/r"),
        ("POST", "/repos/o/r/actions/runners/registration-token"), ("POST", "/repos/o/r/actions/runners/remove-token"),
        ("POST", "/orgs/o/actions/runners/registration-token"), ("PUT", "/repos/o/r/actions/secrets/A"),
        ("PATCH", "/repos/o/r/actions/variables/A"), ("PUT", "/repos/o/r/actions/permissions"),
        ("POST", "/repos/o/r/issues"), ("POST", "/repos/o/r/hooks"), ("POST", "/graphql"), ("PUT", "/user/starred/o/r"),
        ("POST", "/app/installations/1/access_tokens"), ("POST", "/repos/o"), ("POST", "/repos/../r/dispatches"),
    ])
    func othersTouchNothing(method: String, path: String) throws {
        guard let target = RequestTarget(path) else { return }
        #expect(WriteTable.effect(of: method, target.segments) == nil)
    }

    @Test func whatIsRemovedEndsWithItsParts() throws {
        let segments = try #require(RequestTarget("/repos/o/r/actions/runs/7")).segments
        let effect = try #require(WriteTable.effect(of: "DELETE", segments))
        let ended = try Self.paths.filter { path in
            effect.ends(try #require(Resource(path)).endpoint) { [70: 7, 80: 8][$0] }
        }
        #expect(
            Set(ended)
                == Set(Self.paths.filter { $0.hasPrefix("/repos/o/r/actions/runs/7") } + ["/repos/o/r/actions/jobs/70"])
        )
        let cancel = try #require(RequestTarget("/repos/o/r/actions/runs/7/cancel")).segments
        let cancelled = try #require(WriteTable.effect(of: "POST", cancel))
        for path in Self.paths {
            let resource = try #require(Resource(path))
            #expect(!cancelled.ends(resource.endpoint) { _ in nil })
        }
    }
}

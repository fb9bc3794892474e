import GitHubCore
import GitHubSimulatorCore
import Testing

struct NonsenseTests {
    private let parts = [
        "repos", "octo-tools", "hello-ci", "actions", "runs", "jobs", "hooks", "deliveries", "orgs", "user", "1", "-1",
        "9223372036854775807", "99999999999999999999", "..", "%", "%00", "%2F", "", "runners", "attempts", "ü",
        "_downloads", "repositories", "organizations", "800000019", "api", "v3", "app", "installations",
        "access_tokens",
    ]
    private let items = [
        "per_page=0", "per_page=-9223372036854775808", "page=9223372036854775807", "page=x", "created=..", "created=>",
        "created=*..*", "created=9999-12-31..0000-01-01", "created=<0000-00-00", "status=", "cursor=v1_", "cursor=zz",
        "filter=all", "head_sha=%FF", "=", "&&", "exclude_pull_requests=true", "check_suite_id=99999999999999999999",
    ]
    private let headers = [
        HeaderField("User-Agent", ""), HeaderField("User-Agent", "curl"), HeaderField("Authorization", "Basic ="),
        HeaderField("Authorization", "Basic eA=="), HeaderField("Authorization", "Bearer "),
        HeaderField("Authorization", "token admin"), HeaderField("If-None-Match", "\"\", W/"),
        HeaderField("If-None-Match", "*"), HeaderField("X-GitHub-Api-Version", "\u{0}"),
    ]

    @Test(arguments: 0..<8)
    func noRequestStopsIt(seed: UInt64) throws {
        var world = try World(.init(pointsPerMinute: .max))
        try world.finishedRun()
        var random = SeededRandom(seed: seed)
        for _ in 0..<400 {
            let depth = Int.random(in: 0...8, using: &random)
            let path = (0..<depth).map { _ in "/" + (parts.randomElement(using: &random) ?? "") }.joined()
            let count = Int.random(in: 0...3, using: &random)
            let query = (0..<count).map { _ in items.randomElement(using: &random) ?? "" }.joined(separator: "&")
            let request = SimulatedGitHub.Request(
                method: ["GET", "POST", "PATCH", "DELETE", "HEAD", "?"].randomElement(using: &random) ?? "GET",
                target: query.isEmpty ? path : "\(path)?\(query)",
                headers: [HeaderField("User-Agent", "t")].filter { _ in Bool.random(using: &random) }
                    + headers.shuffled(using: &random).prefix(3),
                body: Array(["", "{", "[]", "{\"config\":1}", "null"].randomElement(using: &random)?.utf8 ?? "".utf8)
            )
            let response = world.github.respond(to: request, at: world.now)
            #expect((200..<500).contains(response.status), "\(request.target)")
        }
    }
}

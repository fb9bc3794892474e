import Replay

/// What `gh run watch` and KEDA's scaler cost at GitHub, asked directly and through a node with a live webhook; in virtual
/// time, over real sockets.
@main
enum PollReplay {
    private static let hour: Int64 = 3_600

    static func main() async throws {
        var isWithin = true
        for (name, second) in [("from its first minute, jobs running", 12), ("from its first second, jobs waiting", 1)]
        {
            print("gh run watch: a run of two jobs, ten minutes, \(name)")
            isWithin = try await watch(from: second) && isWithin
        }
        for runs in [2, 6] {
            for lag: Int64 in [0, 15] {
                print(
                    "KEDA: 20 repositories, every 30 seconds for an hour, \(runs) runs in each, GitHub's lists \(lag) s late"
                )
                let isGood = try await poll(runs: runs, lag: lag)
                if runs == 2, lag == 0 { isWithin = isGood && isWithin }
            }
        }
        print(isWithin ? "within one counted call for a hundred requests" : "TOO MANY counted calls")
    }

    private static func watch(from second: Int) async throws -> Bool {
        for (name, hasETags) in [("directly", false), ("directly, if gh kept validators", true)] {
            report(
                name,
                try await ReplayWorld.with(.direct, repositories: ["app"]) {
                    try await $0.watchRun(from: second, hasETags: hasETags)
                }
            )
        }
        let tally = try await ReplayWorld.with(.throughNode, repositories: ["app"]) {
            try await $0.watchRun(from: second)
        }
        report("through a node", tally)
        return tally.countedPerHundred <= 1
    }

    private static func poll(runs: Int, lag: Int64) async throws -> Bool {
        let names = (1...20).map { "app-\($0)" }
        let life = Life.busy(names, runs: runs, seconds: hour, seed: 7)
        for (name, hasETags) in [("directly", false), ("directly, with enableEtags", true)] {
            report(
                name,
                try await ReplayWorld.with(.direct, repositories: names, listLag: lag * 1_000) {
                    try await $0.pollQueue(of: life, seconds: hour, enableETags: hasETags)
                }
            )
        }
        let tally = try await ReplayWorld.with(.throughNode, repositories: names, listLag: lag * 1_000) {
            try await $0.pollQueue(of: life, seconds: hour)
        }
        report("through a node", tally)
        return tally.countedPerHundred <= 1
    }

    private static func report(_ name: String, _ tally: Tally) {
        func rounded(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
        let kinds = tally.countedByKind.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print(
            "  \(name): \(tally.requests) requests, per 100 of them \(rounded(tally.countedPerHundred)) counted calls "
                + "and \(rounded(tally.freePerHundred)) free ones; counted: \(kinds.joined(separator: ", "))"
        )
    }
}

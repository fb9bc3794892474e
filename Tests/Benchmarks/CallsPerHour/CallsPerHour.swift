import Replay

/// What an hour of three checks by each runner every two minutes costs at GitHub, and how old what they are told is; in
/// virtual time, over real sockets, from a cold start.
@main
enum CallsPerHour {
    static func main() async throws {
        var isWithin = true
        for count in [5, 50] {
            for hasOwnTokens in [false, true] {
                let fleet = RunnerFleet(count, hasOwnTokens: hasOwnTokens)
                let tokens = hasOwnTokens ? "a token each" : "one token for all"
                print("\(count) runners, \(count) private repositories with \(RunnerFleet.runs) runs each, \(tokens)")
                print(row(["", "asked", "counted", "(first 2 min)", "free", "told p50", "p99", "registered p99"]))
                for way in RunnerFleet.Way.allCases {
                    let hour = try await fleet.hour(way)
                    report(way, hour)
                    if way == .node, !hasOwnTokens { isWithin = isWithin && isGood(hour) }
                }
                print("")
            }
        }
        print("told: how long after a change that an event tells of somebody could still be told otherwise")
        print("registered: the same for runners that come and go, of which no event tells")
        print(isWithin ? "within 20 counted calls and a second" : "TOO MANY counted calls, or too old")
    }

    private static func isGood(_ hour: FleetHour) -> Bool {
        hour.tally.counted < 20 && hour.staleness.percentile(99, of: FleetHour.announced) ?? 0 < 1_000
    }

    private static func report(_ way: RunnerFleet.Way, _ hour: FleetHour) {
        func seconds(_ percent: Int, _ kinds: [Staleness.Kind]) -> String {
            hour.staleness.percentile(percent, of: kinds).map { "\(Double($0) / 1_000) s" } ?? "-"
        }
        print(
            row([
                way.rawValue, "\(hour.tally.requests)", "\(hour.tally.counted)", "\(hour.start.counted)",
                "\(hour.tally.free)", seconds(50, FleetHour.announced), seconds(99, FleetHour.announced),
                seconds(99, FleetHour.silent),
            ])
        )
        let kinds = hour.tally.countedByKind.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        let changes = hour.staleness.count(of: Staleness.Kind.allCases)
        print("    counted: \(kinds.joined(separator: ", ")); \(changes) changes looked at")
    }

    private static func row(_ cells: [String]) -> String {
        let widths = [28, 6, 8, 14, 6, 10, 10, 15]
        return zip(cells, widths).map { cell, width in
            let pad = String(repeating: " ", count: max(0, width - cell.count))
            return width == widths[0] ? "  " + cell + pad : pad + cell
        }.joined(separator: " ")
    }
}

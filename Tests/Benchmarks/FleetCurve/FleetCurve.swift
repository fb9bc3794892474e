import FleetModel
import Foundation
import Synchronization

/// What gossip costs a node, by the size of the fleet and by how many repositories the node follows.
///
/// Real routers in virtual time. With `--write` the curve in the documentation of CacheMesh is made anew.
@main
enum FleetCurve {
    static let usage = """
        usage: FleetCurve [--write] [--sizes N,N,…]

          --write        write the curve and its table into the documentation of CacheMesh
          --sizes N,N,…  the fleets, in nodes (1000,2000,5000,10000)
        """

    static func main() throws {
        var sizes = [1000, 2000, 5000, 10_000]
        var writes = false
        var arguments = CommandLine.arguments.dropFirst()
        while let word = arguments.popFirst() {
            switch word {
            case "--write": writes = true
            case "--sizes":
                sizes = (arguments.popFirst() ?? "").split(separator: ",").compactMap { Int($0) }.filter { $0 > 1 }
            default: sizes = []
            }
            if sizes.isEmpty {
                print(Self.usage)
                exit(64)
            }
        }
        // The largest takes longest: it begins first.
        let ordered = sizes.sorted(by: >)
        let reckoned = Mutex<[Result<FleetModel.Result, any Error>]>([])
        DispatchQueue.concurrentPerform(iterations: ordered.count) { index in
            let start = ContinuousClock.now
            let result = Result { try FleetModel(nodes: ordered[index]).run() }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            if case .success(let result) = result {
                print(String(format: "%d nodes, reckoned in %.0f s: ", result.nodes, seconds) + result.description)
            }
            reckoned.withLock { $0.append(result) }
        }
        let results = try reckoned.withLock { try $0.map { try $0.get() } }.sorted { $0.nodes < $1.nodes }
        let report = Report(results: results, model: FleetModel(nodes: 0))
        print("\n\(report.table)")
        if writes { try report.write() }
        if results.contains(where: { $0.missed > 0 }) { exit(1) }
    }
}

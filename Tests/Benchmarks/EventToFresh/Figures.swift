import Fleet
import Foundation
import GitHubCore
import GitHubSimulatorCore

/// What was measured, in milliseconds.
struct Figures {
    private var answers: [Double] = []
    private var here: [Double] = []
    private var there: [Double] = []
    /// One write and fdatasync of a small file on the same disk.
    var sync: Double = 0

    /// Sends one delivery and waits until both nodes answer with what it says.
    mutating func measure(_ body: [UInt8], _ guid: String, _ run: Int64, _ fleet: Fleet) async throws {
        let object = try JSONObject(body).object("workflow_run")
        guard let object, let status = object.string("status"), let updated = object.string("updated_at") else {
            return
        }
        let clock = ContinuousClock()
        let start = clock.now
        guard try await fleet.deliver(event: "workflow_run", id: guid, body: body) == 202 else { return }
        let accepted = clock.now
        answers.append((accepted - start) / .milliseconds(1))
        async let first = Self.fresh(run, status, updated, on: 0, fleet)
        async let second = Self.fresh(run, status, updated, on: 1, fleet)
        here.append((try await first - accepted) / .milliseconds(1))
        there.append((try await second - accepted) / .milliseconds(1))
    }

    /// When a node's own answer first says what the event said.
    private static func fresh(
        _ run: Int64,
        _ status: String,
        _ updated: String,
        on node: Int,
        _ fleet: Fleet
    ) async throws -> ContinuousClock.Instant {
        let path = "/repos/\(Fleet.repository)/actions/runs/\(run)"
        let deadline = ContinuousClock.now + Fleet.patience
        while ContinuousClock.now < deadline {
            // Asked only of what is stored, so that the question itself never goes upstream.
            let answer = try await fleet.stored(path, on: node)
            if let object = answer.flatMap({ try? JSONObject($0) }), object.string("status") == status,
                object.string("updated_at") == updated
            {
                return ContinuousClock.now
            }
        }
        throw Fleet.Impatient("run \(run) on node \(node) to be \(status)")
    }

    func report(upstream: Int, here callsHere: Int, there callsThere: Int, objects: Int) {
        func line(_ name: String, _ values: [Double]) {
            let sorted = values.sorted()
            guard let last = sorted.last else { return print("\(name): nothing was measured") }
            func at(_ part: Double) -> String {
                String(format: "%.2f", sorted[Int((Double(sorted.count - 1) * part).rounded())])
            }
            print("\(name): median \(at(0.5)) ms, p95 \(at(0.95)) ms, most \(String(format: "%.2f", last)) ms")
        }
        print("\(answers.count) deliveries over two nodes on loopback")
        line("delivery to 202", answers)
        line("202 to fresh on the node that took it", here)
        line("202 to fresh on its peer", there)
        print("one synced write on this disk: median \(String(format: "%.2f", sync)) ms")
        print("counted upstream calls: \(upstream) (\(callsHere) by the node, \(callsThere) by its peer)")
        print("counted upstream calls for runs/{id} and jobs/{id}: \(objects)")
    }
}

/// The disk's own speed.
enum Sync {
    /// The median of 100 writes of 4 KiB, each followed by fdatasync, in milliseconds.
    static func median(inFolderOf path: String) throws -> Double {
        let file = URL(filePath: path).appending(path: "sync-probe")
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown)
        }
        defer { try? FileManager.default.removeItem(at: file) }
        let handle = try FileHandle(forWritingTo: file)
        defer { try? handle.close() }
        var times: [Double] = []
        for _ in 0..<100 {
            let start = ContinuousClock.now
            try handle.write(contentsOf: Data(count: 4096))
            try handle.synchronize()
            times.append((ContinuousClock.now - start) / .milliseconds(1))
        }
        return times.sorted()[50]
    }
}

extension SimulatedGitHub.OutgoingDelivery {
    /// Whether it is about a run.
    func names(_ run: Int64) -> Bool {
        (try? JSONObject(payload))?.object("workflow_run")?.integer("id") == run
    }
}

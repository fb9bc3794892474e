import Foundation
import Testing

@testable import hookcache

/// The system calls of a node show that it syncs before it says 202.
@Suite(.serialized) struct SyncTraceTests {
    @Test(.enabled("strace is here and may trace") { await Strace.isUsable }, .timeLimit(.minutes(5)))
    func theSyncComesBeforeEach202() async throws {
        try await TemporaryFolder.with { folder in
            let trace = folder.appending(path: "trace")
            let steps = try Workload(runs: 2, apiURL: "http://127.0.0.1:1").steps
            let environment = ["GITHUB_API_URL": "http://127.0.0.1:1"]
            try await RunningNode.with(in: folder, environment, launcher: Strace.launcher(writingTo: trace)) { node in
                for step in steps {
                    #expect(try await node.deliver(step.delivery).status == 202)
                    // So that no other delivery's work is under way when the next one comes.
                    try await eventually("the delivery is done") {
                        try await node.statistics()["deliveries.pending"] == .integer(0)
                    }
                }
            }
            let calls = try await eventually("the trace is complete") { () -> [String]? in
                let lines = try String(contentsOf: trace, encoding: .utf8).split(separator: "\n").map(String.init)
                return lines.last?.contains("+++ exited with") == true ? lines : nil
            }
            let deliveries = SyncTrace(calls).deliveries
            #expect(deliveries.count == steps.count)
            for (index, delivery) in deliveries.enumerated() {
                #expect(delivery.isSyncedBeforeTheAnswer, "delivery \(index) was answered before its sync")
            }
        }
    }

    @Test func anAnswerBeforeItsSyncIsSeen() {
        let request = #"7 read(20<socket:[1]>, "POST /webhook HTTP/1.1\r\n"..., 2048) = 900"#
        let write = #"8 pwrite64(9</d/hookcache.sqlite-wal>, ""..., 4096, 0) = 4096"#
        let begin = "8 fdatasync(9</d/hookcache.sqlite-wal> <unfinished ...>"
        let end = "8 <... fdatasync resumed>) = 0"
        let answer = #"7 writev(20<socket:[1]>, [{iov_base="HTTP/1.1 202 Accepted\r\n"..., iov_len=200}], 1) = 200"#
        let early = SyncTrace([request, write, begin, answer, end]).deliveries
        #expect(early.map(\.isSyncedBeforeTheAnswer) == [false])
        let right = SyncTrace([request, write, begin, end, answer]).deliveries
        #expect(right.map(\.isSyncedBeforeTheAnswer) == [true])
        let idle = SyncTrace([request, begin, end, answer]).deliveries
        #expect(idle.map(\.isSyncedBeforeTheAnswer) == [false])
    }
}

/// The tracer of system calls, where the machine has it.
enum Strace {
    static let path = ["/usr/bin/strace", "/usr/local/bin/strace", "/bin/strace"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// Runs a program as itself, the tracer beside it, with the names of files.
    static func launcher(writingTo file: URL) -> [String] {
        let calls = "fsync,fdatasync,pwrite64,read,readv,recvfrom,recvmsg,sendto,write,writev,sendmsg"
        return [self.path ?? "strace", "-D", "-f", "-y", "-s", "64", "-e", "trace=\(calls)", "-o", file.path]
    }

    /// Whether it is there and the machine lets it trace.
    static var isUsable: Bool {
        get async {
            guard let path else { return false }
            let outcome = try? await Program.run(["-D", "-f", "-o", "/dev/null", "/bin/true"], of: URL(filePath: path))
            return outcome?.status == 0
        }
    }
}

/// What a trace tells of deliveries that were sent one after the other.
struct SyncTrace {
    /// One delivery, as places in the trace.
    struct Delivery {
        /// Where the request was read.
        var request: Int
        /// Writes to the write-ahead log after that.
        var writes: [Int] = []
        /// Syncs of it that returned well, each from its call to its return.
        var syncs: [Range<Int>] = []
        /// Where the answer began to be written.
        var answer: Int?

        /// Whether something was written to the log, and then synced, between the request and the answer.
        var isSyncedBeforeTheAnswer: Bool {
            guard let answer else { return false }
            return self.syncs.contains { sync in
                sync.upperBound < answer && self.writes.contains { $0 < sync.lowerBound }
            }
        }
    }

    private(set) var deliveries: [Delivery] = []

    /// Reads the lines of `strace -f -y -o`.
    init(_ lines: [String]) {
        var begun: [Substring: Int] = [:]
        for (index, line) in lines.enumerated() {
            let thread = line.prefix { $0.isNumber }
            let call = line.dropFirst(thread.count).drop { $0 == " " }
            if call.contains("\"POST /webhook ") {
                self.deliveries.append(Delivery(request: index))
            }
            guard let last = self.deliveries.indices.last else { continue }
            if call.contains("\"HTTP/1.1 202 "), self.deliveries[last].answer == nil {
                self.deliveries[last].answer = index
            } else if call.hasPrefix("pwrite64("), call.contains("-wal>") {
                self.deliveries[last].writes.append(index)
            } else if call.hasPrefix("fdatasync(") || call.hasPrefix("fsync("), call.contains("-wal>") {
                if call.hasSuffix("= 0") { self.deliveries[last].syncs.append(index..<index) }
                begun[thread] = call.contains("<unfinished") ? index : nil
            } else if call.hasPrefix("<... fdatasync resumed>") || call.hasPrefix("<... fsync resumed>") {
                guard let start = begun.removeValue(forKey: thread), start > self.deliveries[last].request,
                    call.hasSuffix("= 0")
                else { continue }
                self.deliveries[last].syncs.append(start..<index)
            }
        }
    }
}

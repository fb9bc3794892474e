import Foundation
import Synchronization

/// A crew as seen from outside.
final class CrewProcess: Sendable {
    /// A crew did not do as it was told.
    struct Failed: Error, CustomStringConvertible {
        let description: String
    }

    private let process: Process
    private let input: FileHandle
    /// What it says in answer to orders; what its nodes saw goes to the log of sights.
    private let answers: AsyncStream<[Substring]>

    init(_ arguments: [String], sights: Sights) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["crew"] + arguments
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.process = process
        self.input = input.fileHandleForWriting
        let (answers, said) = AsyncStream<[Substring]>.makeStream()
        self.answers = answers
        let reading = output.fileHandleForReading
        Thread.detachNewThread {
            var rest = Data()
            while true {
                let data = reading.availableData
                if data.isEmpty { break }
                rest.append(data)
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    rest = rest[(end + 1)...]
                    let words = line.split(separator: " ")
                    if words.first == "saw" { sights.note(words) } else { said.yield(words) }
                }
            }
            said.finish()
        }
    }

    /// Gives an order and gathers so many answers to it.
    func order(_ line: String, answers count: Int = 1) async throws -> [[Substring]] {
        try self.input.write(contentsOf: Data("\(line)\n".utf8))
        var gathered: [[Substring]] = []
        while gathered.count < count {
            guard let words = await self.answers.first(where: { _ in true }) else {
                throw Failed(description: "a crew ended before it answered to \(line)")
            }
            guard words.first != "failed" else { throw Failed(description: words.joined(separator: " ")) }
            gathered.append(Array(words.dropFirst()))
        }
        return gathered
    }

    /// Ends it.
    func end() {
        try? self.input.close()
        self.process.terminate()
        self.process.waitUntilExit()
    }
}

/// When each node first showed each state of each run and job.
final class Sights: Sendable {
    /// A state of a run or a job.
    struct Event: Hashable {
        let path: String
        let status: String
    }

    private let moments = Mutex<[Event: [Int: Int]]>([:])

    /// Takes a line of a crew: the node, the moment, the status and the path.
    func note(_ words: [Substring]) {
        guard words.count == 5, let node = Int(words[1]), let moment = Int(words[2]) else { return }
        let event = Event(path: String(words[4]), status: String(words[3]))
        self.moments.withLock { moments in
            if moments[event]?[node] == nil { moments[event, default: [:]][node] = moment }
        }
    }

    /// When each node began to show it or what came after it, by the node's number.
    func moments(of event: Event) -> [Int: Int] {
        let order = ["queued", "in_progress", "completed"]
        let later = order.drop { $0 != event.status }
        return self.moments.withLock { moments in
            later.map { moments[Event(path: event.path, status: $0)] ?? [:] }
                .reduce(into: [:]) { $0.merge($1, uniquingKeysWith: min) }
        }
    }
}

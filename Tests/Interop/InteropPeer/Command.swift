import Foundation

/// One line of the standard input.
struct Command: Decodable, Sendable {
    let op: String
    var id: Name?
    var addr: String?
    var peer: String?
    var topic: String?
    var data: Data?
    var key: String?
    var cid: String?
    var `protocol`: String?
    var count: Int?
    var size: Int?
    var gap: Double?

    private enum CodingKeys: String, CodingKey {
        case op, id, addr, peer, topic, data, key, `protocol`, count, size, gap
        case cid = "cid_hex"
    }

    /// What the answer is to be known by: any number or text.
    enum Name: Decodable, Sendable {
        case number(Int)
        case text(String)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Int.self) {
                self = .number(number)
            } else {
                self = .text(try container.decode(String.self))
            }
        }

        var json: JSON {
            switch self {
            case .number(let number): .integer(number)
            case .text(let text): .string(text)
            }
        }
    }

    /// What is wrong with a command.
    struct Mistake: Error, CustomStringConvertible {
        let description: String
    }

    /// A field that the command cannot do without.
    func need<Value>(_ field: KeyPath<Command, Value?>, _ name: String) throws -> Value {
        guard let value = self[keyPath: field] else { throw Mistake(description: "\(self.op) needs \(name)") }
        return value
    }

    /// The commands that arrive, until the input ends.
    static func standardInput() -> AsyncStream<Result<Command, any Error>> {
        AsyncStream { continuation in
            let thread = Thread {
                let decoder = JSONDecoder()
                while let line = readLine() {
                    guard !line.isEmpty else { continue }
                    continuation.yield(Result { try decoder.decode(Command.self, from: Data(line.utf8)) })
                }
                continuation.finish()
            }
            thread.start()
        }
    }
}

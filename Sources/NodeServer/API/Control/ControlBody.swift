import CacheCore
import GitHubCore

/// The JSON object that a control request brings.
struct ControlBody: Sendable {
    private let object: JSONObject

    /// Reads a body; an empty one is an empty object.
    init(_ bytes: [UInt8]) throws(ControlRefusal) {
        do {
            object = try JSONObject(bytes.isEmpty ? Array("{}".utf8) : bytes)
        } catch {
            throw .bad("the body must be a JSON object")
        }
    }

    /// A text that is not empty.
    subscript(name: String) -> String? {
        object.string(name).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The hook's scope.
    func scope() throws(ControlRefusal) -> Scope {
        guard let text = self["scope"] else { throw .bad("scope is missing") }
        return try Self.scope(text)
    }

    /// The delivery log of a hook, or of the App.
    func log() throws(ControlRefusal) -> DeliveryLog {
        guard let text = self["scope"] else { throw .bad("scope is missing") }
        return try Self.log(text)
    }

    /// A list of texts; absent is empty.
    func list(_ name: String, maximum: Int) throws(ControlRefusal) -> [String] {
        let elements = object.elements(name)
        let texts = object.strings(name)
        guard elements.count <= maximum else { throw .bad("\(name) has more than \(maximum) elements") }
        guard texts.count == elements.count else { throw .bad("\(name) must be a list of texts") }
        return texts
    }

    /// The repositories of a prewarm; at least one.
    func repositories(maximum: Int) throws(ControlRefusal) -> [RepositoryName] {
        var repositories: [RepositoryName] = []
        for text in try list("repositories", maximum: maximum) {
            guard let repository = RepositoryName(text) else { throw .bad("\(text) is not OWNER/REPO") }
            repositories.append(repository)
        }
        guard !repositories.isEmpty else { throw .bad("repositories is missing") }
        return repositories
    }

    static func log(_ text: String) throws(ControlRefusal) -> DeliveryLog {
        guard let log = DeliveryLog(text) else { throw .bad("scope must be OWNER, OWNER/REPO, or * for the App's") }
        return log
    }

    static func scope(_ text: String) throws(ControlRefusal) -> Scope {
        guard let scope = Scope(text) else { throw .bad("scope must be OWNER or OWNER/REPO") }
        return scope
    }
}

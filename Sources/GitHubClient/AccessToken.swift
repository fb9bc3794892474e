/// A credential of the node's own; it never shows itself in text, so that no log or error can hold it.
package struct AccessToken: Sendable {
    /// The token as GitHub gave it.
    private let text: String

    /// A token, without a scheme.
    package init(_ text: String) {
        self.text = text
    }

    /// The value of `Authorization`.
    var authorization: String { "Bearer \(text)" }
}

extension AccessToken: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says that there is one, and nothing of it.
    package var description: String { "<token>" }

    /// Says that there is one, and nothing of it.
    package var debugDescription: String { description }

    /// Shows nothing to dumps and failed expectations.
    package var customMirror: Mirror { Mirror(self, children: [:] as KeyValuePairs<String, Any>) }
}

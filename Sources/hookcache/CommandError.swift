/// Why a command could not do what it was asked, in words for whoever asked.
struct CommandError: Error, Equatable {
    /// The exit codes that scripts rely on.
    enum Code: Int32 {
        /// The command failed.
        case failed = 1
        /// It was called wrongly.
        case usage = 64
        /// No node answers.
        case unavailable = 69
    }

    var code: Code
    var message: String

    static func failed(_ message: String) -> CommandError { CommandError(code: .failed, message: message) }
    static func usage(_ message: String) -> CommandError { CommandError(code: .usage, message: message) }
    static func unavailable(_ message: String) -> CommandError { CommandError(code: .unavailable, message: message) }
}

extension HookHealth {
    /// Why events are trusted, or are not.
    package enum Reason: String, Hashable, Sendable, CaseIterable {
        /// The delivery log was read to its end.
        case logRead = "log_read"
        /// GitHub's answers show nothing that was not announced.
        case audited
        /// The delivery log was not read since the node's start, or since the hook was made or mended.
        case logUnread = "log_unread"
        /// The delivery log could not be read for long.
        case logSilent = "log_silent"
        /// The delivery log shows what did not arrive.
        case missing
        /// Deliveries were refused here.
        case refused
        /// GitHub showed a change that no event announced.
        case unannounced
        /// Deliveries come, and nothing shows yet whether all do.
        case unproven
        /// GitHub was not asked for long.
        case unaudited
        /// GitHub does not know the hook any more.
        case hookGone = "hook_gone"
        /// The hook is switched off at GitHub.
        case hookInactive = "hook_inactive"
        /// No hook is known, and no delivery came.
        case noHook = "no_hook"

        /// Whether something is known to be wrong: what events told alone may not be all.
        package var isTrouble: Bool {
            switch self {
            case .logSilent, .missing, .refused, .unannounced, .unaudited, .hookGone, .hookInactive, .noHook: true
            case .logRead, .audited, .logUnread, .unproven: false
            }
        }

        /// The reason in words for a person.
        package var words: String {
            switch self {
            case .logRead: "GitHub's delivery log shows none missing"
            case .audited: "deliveries come, and GitHub shows no change that they did not announce"
            case .logUnread: "GitHub's delivery log was not read to its end yet"
            case .logSilent: "GitHub's delivery log could not be read for too long"
            case .missing: "GitHub's delivery log shows deliveries that did not arrive; they are being recovered"
            case .refused: "deliveries were refused here, and it is not known yet which"
            case .unannounced: "GitHub showed a change that no delivery announced"
            case .unproven: "deliveries come, and it is not shown yet that all do"
            case .unaudited: "GitHub was not asked for too long whether anything is missing"
            case .hookGone: "GitHub does not know the webhook any more, or does not show it to this node"
            case .hookInactive: "the webhook is switched off at GitHub"
            case .noHook: "no webhook is registered here, and no delivery came"
            }
        }
    }
}

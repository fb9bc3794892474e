package import GitHubCore

/// A webhook as GitHub lists it.
package struct RemoteHook: Hashable, Sendable {
    /// GitHub's id.
    package let id: Int64
    /// Where deliveries go.
    package let url: String
    /// The events it sends.
    package let events: [String]
    /// Whether it sends at all.
    package let isActive: Bool
    /// `json` or `form`.
    package let contentType: String
    /// Whether GitHub checks the receiver's certificate.
    package let verifiesTLS: Bool
    /// Whether deliveries are signed; with which secret GitHub does not tell.
    package let isSigned: Bool

    /// A webhook.
    package init(
        id: Int64,
        url: String,
        events: [String],
        isActive: Bool,
        contentType: String,
        verifiesTLS: Bool,
        isSigned: Bool = true
    ) {
        self.id = id
        self.url = url
        self.events = events
        self.isActive = isActive
        self.contentType = contentType
        self.verifiesTLS = verifiesTLS
        self.isSigned = isSigned
    }

    /// Reads a hook as GitHub lists it; nil without an id.
    package init?(_ object: JSONObject) {
        guard let id = object.integer("id") else { return nil }
        let config = object.object("config")
        self.init(
            id: id,
            url: config?.string("url") ?? "",
            events: object.strings("events"),
            isActive: object.bool("active") ?? false,
            contentType: config?.string("content_type") ?? "form",
            verifiesTLS: config?.string("insecure_ssl") != "1" && config?.integer("insecure_ssl") != 1,
            isSigned: config?.string("secret")?.isEmpty == false
        )
    }
}

/// What a webhook is set to when it is registered.
package struct HookSettings: Sendable {
    /// Where deliveries go.
    package let url: String
    /// What they are signed with.
    package let secret: String
    /// The events to send.
    package let events: [String]

    /// Settings; by default the events this program uses.
    package init(url: String, secret: String, events: [String] = ["workflow_job", "workflow_run"]) {
        self.url = url
        self.secret = secret
        self.events = events
    }
}

/// One setting of a hook at GitHub that was not as it should be.
package struct HookChange: Hashable, Sendable {
    /// Which setting, in words.
    package let setting: String
    /// What it was.
    package let was: String
    /// What it is set to.
    package let becomes: String

    /// A setting.
    package init(_ setting: String, was: String, becomes: String) {
        self.setting = setting
        self.was = was
        self.becomes = becomes
    }
}

extension RemoteHook {
    /// What is to be changed to make this hook what it should be; `isKnown` where GitHub was given the secret by this node.
    package func changes(to settings: HookSettings, isKnown: Bool) -> [HookChange] {
        var changes: [HookChange] = []
        func compare(_ setting: String, _ was: String, _ becomes: String) {
            if was != becomes { changes.append(HookChange(setting, was: was, becomes: becomes)) }
        }
        func list(_ names: [String]) -> String { Set(names).sorted().joined(separator: ", ") }
        compare("url", url, settings.url)
        compare("events", list(events), list(settings.events))
        compare("active", isActive ? "yes" : "no", "yes")
        compare("content type", contentType, "json")
        compare("TLS verification", verifiesTLS ? "on" : "off", "on")
        let secret = "one that this node made"
        compare("secret", isSigned ? (isKnown ? secret : "another") : "none", secret)
        return changes
    }
}

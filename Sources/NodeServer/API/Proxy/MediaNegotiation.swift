import CacheCore

/// Tells from `Accept` which class of media GitHub would answer with.
enum MediaNegotiation {
    /// The class, or nil where only GitHub can tell: then the request passes through.
    ///
    /// All JSON variants are one class, `*/*` among them, since every endpoint of the table answers with JSON by default.
    static func mediaClass(accept: String?) -> MediaClass? {
        guard let accept, !accept.allSatisfy({ $0 == " " }) else { return .json }
        var found: Set<MediaClass> = []
        for item in accept.lowercased().split(separator: ",") {
            guard let media = mediaClass(of: item.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }) else {
                return nil
            }
            found.insert(media)
        }
        return found.count == 1 ? found.first : nil
    }

    private static func mediaClass(of type: String) -> MediaClass? {
        let vendor = "application/vnd.github"
        switch type {
        case "*/*", "application/*", "application/json", vendor: return .json
        default: break
        }
        guard type.hasPrefix(vendor + ".") || type.hasPrefix(vendor + "+") else { return nil }
        let rest = type.dropFirst(vendor.count)
        let halves = rest.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 1 || halves[1] == "json" || halves[1] == "raw" else { return nil }
        let words = halves[0].split(separator: ".")
        if halves.count == 2, halves[1] == "raw" { return .raw }
        // `v3`, a preview's name, and at the end the form: `application/vnd.github.v3.raw+json`.
        switch words.last {
        case "raw": return .raw
        case "html": return .html
        case "text": return .text
        case "full": return .full
        case "diff": return .diff
        case "patch": return .patch
        case "sha", "base64", "object", "star": return nil
        case nil: return .json
        case .some(let word): return word == "v3" || word == "json" || word.hasSuffix("-preview") ? .json : nil
        }
    }
}

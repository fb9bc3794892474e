package import GitHubCore

extension SimulatedGitHub {
    /// Takes the deliveries that are due, in the order they are to be sent.
    package mutating func takeDeliveries(at now: Timestamp) -> [OutgoingDelivery] {
        var due: [OutgoingDelivery] = []
        outbox.removeAll { delivery in
            guard delivery.dueAt <= now else { return false }
            due.append(delivery)
            return true
        }
        // The sort is stable: what is due at one moment goes in the order it happened.
        return due.sorted { $0.dueAt < $1.dueAt }
    }

    /// When the next delivery is due.
    package var nextDeliveryAt: Timestamp? { outbox.map(\.dueAt).min() }

    /// Writes into the hook's log how a delivery was received.
    package mutating func record(_ answer: DeliveryAnswer, of delivery: OutgoingDelivery, at now: Timestamp) {
        let entry = LoggedDelivery(delivery: delivery, deliveredAt: now, answer: answer)
        deliveryLog[delivery.hookID, default: []].append(entry)
        // Cut in halves, so that a full log does not move for every delivery; readers never see the older half.
        if deliveryLog[delivery.hookID, default: []].count >= 2 * Limits.deliveryLog {
            deliveryLog[delivery.hookID]?.removeFirst(Limits.deliveryLog)
        }
        if let index = hooks.firstIndex(where: { $0.id == delivery.hookID }) {
            hooks[index].lastResponse = (answer.status ?? 502, entry.isSuccess ? "active" : "invalid", entry.status)
        }
    }

    /// The log of a hook, the newest entry first.
    package func deliveries(ofHook id: Int64) -> [LoggedDelivery] {
        (deliveryLog[id] ?? []).suffix(Limits.deliveryLog).reversed()
    }

    /// Sends a delivery of the log again, with the same event id and payload and a fresh signature.
    package mutating func redeliver(_ deliveryID: Int64, ofHook hookID: Int64, at now: Timestamp) throws(Misuse) {
        guard let hook = hooks.first(where: { $0.id == hookID }) else { throw .unknown("hook \(hookID)") }
        guard let logged = deliveryLog[hookID]?.first(where: { $0.delivery.id == deliveryID })?.delivery else {
            throw .unknown("delivery \(deliveryID)")
        }
        let again = sign(
            logged.payload,
            for: hook,
            guid: logged.guid,
            event: logged.event,
            action: logged.action,
            repository: logged.repositoryID,
            installation: logged.installationID,
            isRedelivery: true,
            at: now
        )
        dispatch(again, at: now)
    }

    /// Puts a delivery into the outbox, unless a fault has it otherwise.
    mutating func dispatch(_ delivery: OutgoingDelivery, at now: Timestamp) {
        var delivery = delivery
        switch faults.takeDeliveryFault() {
        case nil: break
        case .lost: return
        case .failed: return record(DeliveryAnswer(status: nil), of: delivery, at: now)
        case .doubled: push(delivery)
        case .delayed(let milliseconds): delivery.dueAt = now.advanced(byMilliseconds: milliseconds)
        case .scattered(let milliseconds):
            let delay = Int64(random.next() % (UInt64(max(0, milliseconds)) + 1))
            delivery.dueAt = now.advanced(byMilliseconds: delay)
        }
        push(delivery)
    }

    private mutating func push(_ delivery: OutgoingDelivery) {
        if outbox.count < Limits.outbox { outbox.append(delivery) }
    }

    /// Makes a delivery for one hook: its body in the hook's form, its headers, its signature.
    mutating func sign(
        _ payload: [UInt8],
        for hook: Hook,
        guid: String,
        event: String,
        action: String?,
        repository: Int64?,
        installation: Int64?,
        isRedelivery: Bool,
        at now: Timestamp
    ) -> OutgoingDelivery {
        let encoded = hook.isForm ? FormEncoding.encode(payload) : payload
        let (kind, target): (String, Int64) =
            switch hook.home {
            case .repository(let id): ("repository", id)
            case .organization(let id): ("organization", id)
            case .app(let id): ("integration", id)
            }
        var headers = [
            HeaderField("Accept", "*/*"),
            HeaderField("Content-Type", hook.isForm ? "application/x-www-form-urlencoded" : "application/json"),
            HeaderField("User-Agent", "GitHub-Hookshot/51cb27b"),
            HeaderField("X-GitHub-Delivery", guid),
            HeaderField("X-GitHub-Event", event),
            HeaderField("X-GitHub-Hook-ID", "\(hook.id)"),
            HeaderField("X-GitHub-Hook-Installation-Target-ID", "\(target)"),
            HeaderField("X-GitHub-Hook-Installation-Target-Type", kind),
        ]
        if let secret = hook.secret {
            let signature = WebhookSignature(of: encoded, with: secret)
            headers.append(HeaderField(WebhookSignature.headerName, signature.headerValue))
        }
        return OutgoingDelivery(
            id: makeID(.delivery),
            hookID: hook.id,
            guid: guid,
            event: event,
            action: action,
            repositoryID: repository,
            installationID: installation,
            isRedelivery: isRedelivery,
            url: hook.url,
            headers: headers,
            body: encoded,
            payload: payload,
            dueAt: now
        )
    }
}

/// The body of a hook whose content type is `form`.
enum FormEncoding {
    /// `payload=` and the JSON, as browsers encode it.
    static func encode(_ json: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var body = Array("payload=".utf8)
        for byte in json {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"):
                body.append(byte)
            case UInt8(ascii: " "): body.append(UInt8(ascii: "+"))
            default: body += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return body
    }
}

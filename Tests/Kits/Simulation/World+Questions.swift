import CacheCore
import CacheWorld
import GitHubCore

/// Reads, and the questions that they and the machines have for GitHub.
extension World {
    /// A reader asks a node for something.
    mutating func read(_ key: ResourceKey, of node: Int) {
        guard nodes[node].isUp else { return }
        nodes[node].machine.wanted.insert(key)
        let entry = nodes[node].machine.store.entries[key]
        let verdict = ReadPolicy.verdict(entry, wishes: ReadWishes(), now: now, window: 30)
        if verdict == .serve || verdict == .serveAndAsk { look(at: key, of: node) }
        guard verdict != .serve else { return }
        // Who asks what is asked already waits for the same answer.
        guard nodes[node].flights[key] == nil else { return }
        let question = nodes[node].machine.question(key, source: .upstream, isRead: verdict != .serveAndAsk)
        nodes[node].machine.questions.append(question)
    }

    /// What a machine asks for goes out, and its peer is told what it tells.
    mutating func send(from node: Int) {
        // The machine says what is due in no order, and one story must stay one story.
        let questions = nodes[node].machine.questions.sorted { $0.key.resource.path < $1.key.resource.path }
        nodes[node].machine.questions = []
        for question in questions {
            count += 1
            nodes[node].flights[question.key] = count
            let errand = Errand(node: node, life: nodes[node].life, number: count, question: question)
            let pause = chance.happens(weather.slowness) ? 4_000 + chance.below(20_000) : 10 + chance.below(300)
            agenda.add(.ask(errand, askedAt: now), at: now.advanced(byMilliseconds: Int64(pause)))
            if question.isRead, pause > 2_000 {
                let late = now.advanced(byMilliseconds: 2_000)
                agenda.add(.lookAtLast(question.key, node: node, life: errand.life), at: late)
            }
        }
        let announcements = nodes[node].machine.announcements
        nodes[node].machine.announcements = []
        guard nodes.count > 1, node == 0 else { return }
        for announcement in announcements where !chance.happens(weather.silence) {
            agenda.add(.tell(announcement), at: now.advanced(byMilliseconds: Int64(1 + chance.below(900))))
        }
    }

    /// GitHub reads a question, a while after it was asked, and answers with what is true then.
    mutating func ask(_ errand: Errand, askedAt: Timestamp) {
        let result: OriginResult
        if !weather.isGitHubThere(at: now) || chance.happens(weather.hiccups) {
            result = .failure(chance.happens(30) ? .limited(until: now.advanced(bySeconds: 5)) : .timedOut)
        } else {
            result = answer(errand.question, at: now).asked(at: askedAt)
        }
        agenda.add(.answer(errand, result), at: now.advanced(byMilliseconds: Int64(10 + chance.below(300))))
    }

    /// What GitHub answers to a question.
    mutating func answer(_ question: Machine.Question, at moment: Timestamp) -> OriginResult {
        let validator = question.held.map { Validator(body: question.body, etag: $0.headers.etag) }
        let request = OriginRequest(question.key.representation, validator: validator, priority: .read)
        return truth.answer(request, at: moment)
    }

    /// The answer comes: it is taken in, and who waits is served what is stored then, or what is old.
    mutating func take(_ result: OriginResult, of errand: Errand) {
        let (node, key) = (errand.node, errand.question.key)
        guard nodes[node].isUp, nodes[node].life == errand.life else { return }
        if nodes[node].flights[key] == errand.number { nodes[node].flights[key] = nil }
        let words = isTold ? words(for: result, key) : ""
        tell("GitHub answers node \(node) about \(key.resource.path): \(words)")
        nodes[node].machine.take(result, to: errand.question)
        // Whoever came in between waits for it, too.
        look(at: key, of: node)
    }

    private func words(for result: OriginResult, _ key: ResourceKey) -> String {
        switch result {
        case .answer(let answer):
            "\(answer.status) \(told(Sight.all(in: answer.body.bytes, of: key.resource)))"
        case .unchanged: "304"
        case .moved: "moved"
        case .failure(let failure): "\(failure)"
        }
    }
}

extension OriginResult {
    /// The same answer to a question of an earlier moment.
    fileprivate func asked(at moment: Timestamp) -> OriginResult {
        switch self {
        case .answer(let answer):
            .answer(
                OriginAnswer(status: answer.status, headers: answer.headers, body: answer.body, askedAt: moment)
            )
        case .unchanged(let headers, _): .unchanged(headers, askedAt: moment)
        case .moved(let target, let result): .moved(to: target, result.asked(at: moment))
        case .failure: self
        }
    }
}

extension Answer {
    /// The answer to the same cause on another machine, in the schema of today.
    ///
    /// - Parameters:
    ///   - code: as that machine wrote it.
    ///   - timing: of giving it again; nil where it was made for this machine.
    public func reissued(machine: MachineID?, code: FaultCode?, timing: Timing? = nil) -> Answer {
        var answer = self
        answer.schema = Answer.schema
        answer.machine = machine
        answer.code = code
        answer.timing = timing ?? answer.timing
        return answer
    }

    /// The answer with the numbers of a later library whose passages say the same.
    ///
    /// - Parameter revisions: of the manuals, by file.
    public func citing(library: Int, revisions: [String: Int]) -> Answer {
        var answer = self
        answer.provenance.library = library
        for index in answer.citations.indices {
            guard let revision = revisions[answer.citations[index].manual] else { continue }
            answer.citations[index].revision = revision
        }
        return answer
    }

    /// As it goes out for an incident.
    public func issued(id: String, incident: Incident.ID) -> Answer {
        var answer = self
        answer.id = id
        answer.incident = incident
        return answer
    }
}

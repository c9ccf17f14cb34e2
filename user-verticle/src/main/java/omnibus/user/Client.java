package omnibus.user;

import java.util.Optional;
import omnibus.platform.call.Call;
import omnibus.platform.call.Deadline;
import omnibus.platform.call.SecurityEvents.Origin;
import omnibus.user.model.Subject;

/** Where a request came from and how long somebody waits for its answer. */
record Client(Optional<Subject> address, Origin origin, Deadline deadline) {
    static Client of(Call call) {
        var address = Optional.of(call.clientAddress()).filter(text -> !text.isEmpty());
        return new Client(address.map(Subject::ofAddress), Origin.of(call), call.deadline());
    }
}

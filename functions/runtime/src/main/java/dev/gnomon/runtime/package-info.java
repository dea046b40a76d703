/// What every function shares. A function module is written like this:
///
/// ```java
/// public class RollbackFunction {
///   private final RollBack rollBack;   // the use case: no Quarkus, returns List<Outgoing>
///   private final Replies replies;
///
///   @Inject RollbackFunction(RollBack rollBack, Replies replies) { ... }
///
///   @Funq("rollback-requested")        // unique in all modules that may share a process
///   @CloudEventMapping(
///       trigger = RollbackRequested.TYPE,
///       attributes = @EventAttribute(name = Gate.PATH, value = "rollback"))  // POST /rollback
///   public Uni<CloudEvent<EventData>> requested(CloudEvent<RollbackRequested> event) {
///     return replies.to(event, () -> rollBack.request(event.id(), event.data()));
///   }
/// }
///
/// class RollBack {
///   List<Outgoing> request(String eventId, RollbackRequested wanted) {
///     ...                              // throw Refusal (400), Busy (429), Unavailable (503)
///     return List.of(
///         Outgoing.of(intentName, new RollbackStarted(...)),       // to the sink
///         Outgoing.of(routeName, new RouteSwitched(...)).within(rollbackId));   // the reply
///   }
/// }
/// ```
///
/// The module needs the jandex plugin and `META-INF/beans.xml`, declares its settings in a bean
/// ([dev.gnomon.runtime.settings.DeclaredSettings]), answers queries by
/// [dev.gnomon.runtime.http.ApiRoutes] and names what it depends on by
/// [dev.gnomon.runtime.health.DependencyCheck]. It sets no `quarkus.*` key.
@NullMarked
package dev.gnomon.runtime;

import org.jspecify.annotations.NullMarked;

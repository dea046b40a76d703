package dev.gnomon.runtime.http;

/// Implemented by a bean that answers queries: it is asked once, at start-up, to register them.
///
/// ```java
/// @ApplicationScoped
/// class UpdateQueries implements ApiRoutes {
///   public void register(Api api) {
///     api.get("/updates/:id", request ->
///         Answer.found(updates.find(request.path("id", UpdateId::new)), "update"));
///     api.post("/plans", RollbackRequested.class, (request, wanted) -> Answer.of(plan(wanted)));
///   }
/// }
/// ```
public interface ApiRoutes {
  void register(Api api);
}

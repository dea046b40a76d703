package dev.gnomon.protect;

import dev.gnomon.core.automation.Pause;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.RollbackViews;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/// What people and programs may ask, beside routes and points.
@ApplicationScoped
class Queries implements ApiRoutes {
  private final RollbackViews rollbacks;
  private final UpdateViews updates;
  private final Answers answers;
  private final Pause pause;
  private final StatusView status;

  @Inject
  Queries(
      RollbackViews rollbacks,
      UpdateViews updates,
      Answers answers,
      Pause pause,
      StatusView status) {
    this.rollbacks = rollbacks;
    this.updates = updates;
    this.answers = answers;
    this.pause = pause;
    this.status = status;
  }

  record Switch(boolean paused) {}

  record ResourceLine(
      ResourceName resource,
      String rollback,
      long epochBefore,
      Optional<Long> epochAfter,
      String point,
      RollbackViews.State state,
      String step,
      Optional<String> undo,
      String why,
      Optional<String> reason,
      Optional<String> strays,
      long filesRestored,
      long bytesRestored) {}

  record RollbackAnswer(String rollback, RollbackViews.State state, List<ResourceLine> resources) {}

  record PointLine(ResourceName resource, CellName cell, PointId point) {
    static PointLine of(PointRef ref) {
      return new PointLine(ref.point().resource(), ref.cell(), ref.point());
    }
  }

  record RequestAnswer(
      String outcome,
      String kind,
      Optional<String> rollback,
      List<PointLine> points,
      Optional<String> reason) {}

  @Override
  public void register(Api api) {
    api.get("/status", request -> Answer.of(status.now()));
    api.get(
        "/updates/:id",
        request -> {
          UpdateId id = request.path("id", UpdateId::new);
          return Answer.found(updates.of(id), "update " + id);
        });
    api.get(
        "/rollbacks/:id",
        request -> {
          String id = request.path("id", text -> text);
          return Answer.found(rollbacks.of(id).map(Queries::rollback), "rollback " + id);
        });
    api.get(
        "/requests/:id",
        request -> {
          String id = request.path("id", text -> text);
          String source = request.query("source", text -> text).orElse(EventIdentity.CLI);
          String identity = EventIdentity.of(source, id);
          return Answer.found(
              answers.of(identity).map(Queries::answer), "answer to event " + id + " yet");
        });
    api.post(
        "/automation",
        Switch.class,
        (request, wanted) -> {
          if (pause.paused() != wanted.paused()) {
            pause.set(wanted.paused(), "command");
          }
          return Answer.of(wanted);
        });
  }

  private static RollbackAnswer rollback(RollbackViews.View view) {
    return new RollbackAnswer(
        view.rollback(),
        view.state(),
        view.resources().stream()
            .map(member ->
                new ResourceLine(
                    member.resource(),
                    member.rollback(),
                    member.epochBefore().value(),
                    member.epochAfter().map(epoch -> epoch.value()),
                    member.point().point().toString(),
                    member.state(),
                    member.step(),
                    member.undo().map(undo -> undo.point().toString()),
                    member.why(),
                    member.reason(),
                    member.strays(),
                    member.filesRestored(),
                    member.bytesRestored()))
            .toList());
  }

  private static RequestAnswer answer(Answers.Answer answer) {
    return new RequestAnswer(
        answer.outcome().name().toLowerCase(java.util.Locale.ROOT),
        answer.kind(),
        answer.rollback(),
        answer.points().stream().map(PointLine::of).toList(),
        answer.reason());
  }
}

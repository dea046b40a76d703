package dev.gnomon.protect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.automation.Approvals;
import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.decision.ExpectedLoss;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ApiRoutes;
import dev.gnomon.runtime.http.Stream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/// What a signed link leads to. To open it only shows what would be done, because chat tools open
/// links by themselves; its button acts.
@ApplicationScoped
class ApprovalPages implements ApiRoutes {
  private static final int MAX_BODY_BYTES = 1024;

  /// Its address is what lets somebody approve: nobody else shall be told it, keep it, or put the
  /// button into a page of his own.
  private static final Map<String, String> HEADERS =
      Map.of(
          "Cache-Control",
          "no-store",
          "Referrer-Policy",
          "no-referrer",
          "X-Content-Type-Options",
          "nosniff",
          "X-Frame-Options",
          "DENY",
          "Content-Security-Policy",
          "default-src 'none'; form-action 'self'; frame-ancestors 'none'");

  private final ApprovalLinks links;
  private final DecisionLog decisions;
  private final Approvals approvals;
  private final Rollbacks rollbacks;
  private final Executor carryingOn;
  private final SweepLog log = new SweepLog();

  @Inject
  ApprovalPages(
      ApprovalLinks links, DecisionLog decisions, Approvals approvals, Rollbacks rollbacks) {
    this(
        links,
        decisions,
        approvals,
        rollbacks,
        work -> Thread.ofVirtual().name("gnomon-approved").start(work));
  }

  /// @param carryingOn carries on what was begun; if it never does, a sweep finds it open
  ApprovalPages(
      ApprovalLinks links,
      DecisionLog decisions,
      Approvals approvals,
      Rollbacks rollbacks,
      Executor carryingOn) {
    this.links = links;
    this.decisions = decisions;
    this.approvals = approvals;
    this.rollbacks = rollbacks;
    this.carryingOn = carryingOn;
  }

  /// What a link says, known to be authentic.
  private record Opened(String decision, String evidence) {}

  @Override
  public void register(Api api) {
    Api links = api.withProofInTheAddress();
    links.stream(
        "/approvals/:id",
        request -> {
          byte[] page = page(opened(request)).getBytes(UTF_8);
          return new Stream("text/html; charset=utf-8", HEADERS, out -> out.write(page));
        });
    api.raw(
        "/approvals/:id",
        this::opened,
        MAX_BODY_BYTES,
        (request, body) -> {
          Opened opened = opened(request);
          return approved(opened.decision(), opened.evidence());
        });
  }

  /// Begins what was approved and says where to look; a browser does not wait for the steps.
  Answer approved(String decision, String evidence) {
    String rollback = approvals.approve(decision, evidence, "a signed link", false);
    carryingOn.execute(() ->
        log.attempt("rollback " + rollback, () -> rollbacks.advance(rollback, Optional.empty())));
    return Answer.accepted(
        Map.of("decision", decision, "rollback", rollback), "/rollbacks/" + rollback);
  }

  private Opened opened(ApiRequest request) {
    String id = request.path("id", text -> text);
    String evidence = request.required("evidence", text -> text);
    links.check(
        id,
        evidence,
        request.required("expires", Long::parseLong),
        request.required("signature", text -> text));
    return new Opened(id, evidence);
  }

  private String page(Opened opened) {
    Decision decision =
        decisions
            .find(opened.decision())
            .orElseThrow(() -> Answer.missing("decision " + opened.decision()));
    String costs =
        decision
            .weighing()
            .map(weighing ->
                "<p>"
                    + text(weighing.why())
                    + " ("
                    + ExpectedLoss.name(weighing.chosen())
                    + ")</p>")
            .orElse("");
    String expires = decision.asked().map(asked -> "until " + asked.expires()).orElse("no more");
    return """
    <!doctype html>
    <html lang="en"><head><meta charset="utf-8"><meta name="referrer" content="no-referrer">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; form-action 'self'"><title>Decision %s</title></head><body>
    <h1>Decision %s on %s</h1>
    <p>%s</p>
    <p>%s</p>
    %s
    <p>It can be approved %s. The button begins the rollback; to open this page does nothing.</p>
    <form method="post"><button>Approve</button></form>
    </body></html>
    """
        .formatted(
            text(opened.decision()),
            text(opened.decision()),
            text(decision.resource().value()),
            text(decision.trigger()),
            text(decision.reason()),
            costs,
            text(expires));
  }

  private static String text(String plain) {
    return plain
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}

package dev.gnomon.protect;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.gnomon.core.automation.ExpirePoints;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.retention.Verdict;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointMarks;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.runtime.Emitter;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.ApiRoutes;
import dev.gnomon.runtime.http.Stream;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Supplier;

/// What people and programs may ask of rollback points, and say about them.
@ApplicationScoped
class PointQueries implements ApiRoutes {
  private static final String TAR = "application/x-tar";

  private final Catalogue catalogue;
  private final CellStores stores;
  private final ExpirePoints expirePoints;
  private final Replicas replicas;
  private final Emitter emitter;

  @Inject
  PointQueries(
      Catalogue catalogue,
      CellStores stores,
      ExpirePoints expirePoints,
      Replicas replicas,
      Emitter emitter) {
    this.catalogue = catalogue;
    this.stores = stores;
    this.expirePoints = expirePoints;
    this.replicas = replicas;
    this.emitter = emitter;
  }

  /// @param why the reasons for which it stays; empty: it may go; absent while the control store is
  ///   away, or for a resource that the catalogue does not have
  /// @param served of one point, if its cell serves just that one as plain objects
  record CellPoint(
      CellName cell,
      Point point,
      SortedSet<String> tags,
      List<Marks.Hold> holds,
      boolean expiring,
      Optional<List<String>> why,
      Optional<ServedPoint> served) {}

  record PointVerdict(CellName cell, PointId point, Instant time, boolean stays, List<String> why) {
    static PointVerdict of(CellName cell, Point point, Verdict verdict) {
      return new PointVerdict(cell, point.id(), point.time(), verdict.stays(), words(verdict));
    }
  }

  enum What {
    @JsonProperty("tag")
    TAG,
    @JsonProperty("untag")
    UNTAG,
    @JsonProperty("hold")
    HOLD,
    @JsonProperty("release")
    RELEASE
  }

  /// @param text the tag or the reason; only a release may leave it out
  record Say(Optional<What> what, Optional<String> text) {}

  record Expire(Optional<ResourceName> resource) {}

  record Expired(List<PointRef> points) {}

  /// Nothing more is said than the path says.
  record Nothing() {}

  @Override
  public void register(Api api) {
    api.get(
        "/points",
        request -> Answer.of(points(resource(request.required("resource", ResourceName::new)))));
    api.get(
        "/points/diff",
        request -> {
          CellName cell = request.required("cell", this::cell);
          PointId first = present(cell, request.required("a", PointId::parse));
          PointId second = present(cell, request.required("b", PointId::parse));
          return Answer.of(readable(() -> stores.shadows(cell).diff(first, second)));
        });
    api.get(
        "/points/expiry",
        request -> Answer.of(plan(resource(request.required("resource", ResourceName::new)))));
    api.post(
        "/points/expire",
        Expire.class,
        (request, wanted) ->
            Answer.of(
                new Expired(
                    expire(
                        resource(
                            wanted
                                .resource()
                                .orElseThrow(() -> new Refusal("'resource' is missing")))))));
    api.get("/points/:cell/:point", request -> Answer.of(point(request)));
    api.post(
        "/points/:cell/:point/accept",
        Nothing.class,
        (request, wanted) -> {
          PointRef ref = ref(request);
          stores.expiry(ref.cell()).accept(present(ref.cell(), ref.point()));
          return Answer.of(point(request));
        });
    api.post(
        "/points/:cell/:point/marks",
        Say.class,
        (request, said) -> {
          say(ref(request), said);
          return Answer.of(point(request));
        });
    api.post(
        "/points/:cell/:point/verify",
        Nothing.class,
        (request, wanted) -> {
          PointRef ref = ref(request);
          PointId id = present(ref.cell(), ref.point());
          return Answer.of(readable(() -> stores.contents(ref.cell()).verify(id, Progress.NONE)));
        });
    api.stream(
        "/points/:cell/:point/export",
        request -> {
          PointRef ref = ref(request);
          PointId id = present(ref.cell(), ref.point());
          String path = request.query("path", text -> text).orElse("");
          return new Stream(TAR, out -> export(ref.cell(), id, path, out));
        });
  }

  private void export(CellName cell, PointId id, String path, java.io.OutputStream out)
      throws IOException {
    try {
      readable(() -> {
        stores.contents(cell).export(id, path, out, Progress.NONE);
        return id;
      });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private CellPoint point(ApiRequest request) {
    PointRef ref = ref(request);
    Point point =
        stores
            .shadows(ref.cell())
            .point(ref.point())
            .orElseThrow(() -> Answer.missing("point " + ref));
    Optional<List<String>> why =
        catalogue
            .resource(ref.point().resource())
            .flatMap(resource -> verdicts(resource, ref.cell()))
            .flatMap(verdicts -> Optional.ofNullable(verdicts.get(ref.point())))
            .map(PointQueries::words);
    return line(ref.cell(), point, stores.marks(ref.cell()).of(ref.point()), why, served(ref));
  }

  private Optional<ServedPoint> served(PointRef ref) {
    try {
      return catalogue
          .resource(ref.point().resource())
          .flatMap(resource -> ServedPoint.of(replicas.all(resource), ref));
    } catch (ObjectStoreException | Unavailable e) {
      return Optional.empty(); // the point is shown all the same
    }
  }

  private List<CellPoint> points(Resource resource) {
    List<CellPoint> points = new ArrayList<>();
    for (CellName cell : cells(resource)) {
      Map<PointId, Marks> marks = stores.marks(cell).of(resource.name());
      Optional<Map<PointId, Verdict>> verdicts = verdicts(resource, cell);
      for (Point point : stores.shadows(cell).points(resource.name())) {
        points.add(
            line(
                cell,
                point,
                marks.getOrDefault(point.id(), Marks.NONE),
                verdicts
                    .flatMap(all -> Optional.ofNullable(all.get(point.id())))
                    .map(PointQueries::words),
                Optional.empty()));
      }
    }
    return points;
  }

  private static CellPoint line(
      CellName cell,
      Point point,
      Marks marks,
      Optional<List<String>> why,
      Optional<ServedPoint> served) {
    return new CellPoint(cell, point, marks.tags(), marks.holds(), marks.expiring(), why, served);
  }

  /// @return empty if nobody can say now: points are shown all the same
  private Optional<Map<PointId, Verdict>> verdicts(Resource resource, CellName cell) {
    if (!cells(resource).contains(cell)) {
      return Optional.empty();
    }
    try {
      Map<PointId, Verdict> verdicts = new HashMap<>();
      expirePoints.plan(resource, cell).forEach(verdict -> verdicts.put(verdict.point(), verdict));
      return Optional.of(verdicts);
    } catch (ObjectStoreException | Unavailable e) {
      return Optional.empty();
    }
  }

  private List<PointVerdict> plan(Resource resource) {
    List<PointVerdict> plan = new ArrayList<>();
    for (CellName cell : cells(resource)) {
      Map<PointId, Point> points = new HashMap<>();
      stores.shadows(cell).points(resource.name()).forEach(p -> points.put(p.id(), p));
      for (Verdict verdict : expirePoints.plan(resource, cell)) {
        Optional.ofNullable(points.get(verdict.point()))
            .ifPresent(point -> plan.add(PointVerdict.of(cell, point, verdict)));
      }
    }
    return plan;
  }

  /// Does what the sweep would ask for, and tells the same event, which collects the garbage.
  private List<PointRef> expire(Resource resource) {
    List<PointRef> gone = new ArrayList<>();
    for (Fact fact : expirePoints.due(resource)) {
      if (fact instanceof Fact.PointsExpired expired) {
        expirePoints
            .expire(resource, expired.cell(), expired.points())
            .forEach(point -> gone.add(new PointRef(expired.cell(), point)));
      }
      emitter.emit(FactEvents.of(fact), Telling.cause("shadow"));
    }
    return gone;
  }

  private void say(PointRef ref, Say said) {
    PointMarks marks = stores.marks(ref.cell());
    Supplier<String> text =
        () ->
            said.text().orElseThrow(() -> new Refusal("'text' is missing: the tag, or the reason"));
    try {
      What what =
          said.what()
              .orElseThrow(() -> new Refusal("'what' is missing: tag, untag, hold or release"));
      switch (what) {
        case TAG -> marks.tag(ref.point(), text.get());
        case UNTAG -> marks.untag(ref.point(), text.get());
        case HOLD -> marks.hold(ref.point(), text.get());
        case RELEASE -> marks.release(ref.point(), said.text());
      }
    } catch (IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()), e);
    }
  }

  /// What is asked for can't be had: asking again does not help.
  private static <T> T readable(Supplier<T> work) {
    try {
      return work.get();
    } catch (DamagedPointException | IllegalArgumentException e) {
      throw new Refusal(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<String> words(Verdict verdict) {
    return verdict.reasons().stream().map(Object::toString).toList();
  }

  private static List<CellName> cells(Resource resource) {
    return resource.shadows().stream().map(ShadowSpec::cell).distinct().toList();
  }

  private Resource resource(ResourceName name) {
    return catalogue
        .resource(name)
        .orElseThrow(() -> new Refusal("unknown resource '" + name + "'"));
  }

  private PointRef ref(ApiRequest request) {
    return new PointRef(request.path("cell", this::cell), request.path("point", PointId::parse));
  }

  private PointId present(CellName cell, PointId id) {
    if (stores.shadows(cell).point(id).isEmpty()) {
      throw new Refusal("there is no point %s in %s".formatted(id, cell));
    }
    return id;
  }

  private CellName cell(String text) {
    CellName name = new CellName(text);
    if (catalogue.cell(name).isEmpty()) {
      throw new IllegalArgumentException("unknown cell '" + text + "'");
    }
    return name;
  }
}

package dev.gnomon.protect;

import dev.gnomon.core.notices.NoticeMeter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/// `gnomon.notices` by target and outcome (`sent`, `delayed`, `dead`); `gnomon.notices.open` and
/// `gnomon.notices.dead` as the last sweep found them.
@Singleton
class NoticeMeters implements NoticeMeter {
  private final MeterRegistry meters;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger dead = new AtomicInteger();

  @Inject
  NoticeMeters(MeterRegistry meters) {
    this.meters = meters;
    Gauge.builder("gnomon.notices.open", open, AtomicInteger::get)
        .description("notices that a target still has to take")
        .register(meters);
    Gauge.builder("gnomon.notices.dead", dead, AtomicInteger::get)
        .description("notices that a target did not take, a target each")
        .register(meters);
  }

  @Override
  public void count(String target, What what) {
    meters
        .counter(
            "gnomon.notices", "target", target, "outcome", what.name().toLowerCase(Locale.ROOT))
        .increment();
  }

  void stand(int nowOpen, int nowDead) {
    open.set(nowOpen);
    dead.set(nowDead);
  }
}

package dev.gnomon.bench.scenarios;

import static dev.gnomon.bench.scenarios.Dial.*;
import static dev.gnomon.bench.scenarios.Scenario.Expected.STAY;

import dev.gnomon.bench.scenarios.Strain.Seat;
import java.util.List;

/// Scenarios in which nobody is failed, however it looks.
final class Harmless {
  private static final int DAY = 24 * 60;
  private static final int WEEKS = 4;

  private Harmless() {}

  static List<Scenario> all() {
    return List.of(
        Scenario.of("load-spike", STAY, 240, "almost four times as much is asked for, and answered")
            .with(TRAFFIC, 3.6)
            .with(LASTS_MINUTES, 100)
            .by((minute, dials, strain) -> {
              strain.seat = Seat.OUTSIDE;
              strain.traffic = minute < dials.of(LASTS_MINUTES) ? dials.of(TRAFFIC) : 1;
            }),
        Scenario.of("metrics-outage", STAY, 300, "no metric comes for three hours, and then all do")
            .with(LASTS_MINUTES, 180)
            .with(SILENT_SHARE, 1)
            .by((minute, dials, strain) ->
                strain.silentShare = minute < dials.of(LASTS_MINUTES) ? dials.of(SILENT_SHARE) : 0),
        Scenario.of("some-metrics-stop", STAY, 300, "some of the series stop and never come back")
            .with(SILENT_SHARE, 0.17)
            .by((minute, dials, strain) -> strain.silentShare = dials.of(SILENT_SHARE)),
        Scenario.of("clock-ahead", STAY, 180, "a sender's clock runs ahead and is set back")
            .with(CLOCK_SKEW, 220)
            .with(LASTS_MINUTES, 95)
            .by((minute, dials, strain) ->
                strain.skewSeconds = minute < dials.of(LASTS_MINUTES) ? dials.of(CLOCK_SKEW) : 0),
        Scenario.of("clock-behind", STAY, 180, "a sender's clock is set back by minutes")
            .with(CLOCK_SKEW, -660)
            .by((minute, dials, strain) -> strain.skewSeconds = dials.of(CLOCK_SKEW)),
        Scenario.of("rolling-restarts", STAY, 180, "processes are restarted one after the other")
            .with(PERIOD_MINUTES, 7)
            .with(LASTS_MINUTES, 98)
            .by((minute, dials, strain) ->
                strain.restarts =
                    minute < dials.of(LASTS_MINUTES)
                        && Script.burst(minute, 1, dials.of(PERIOD_MINUTES))),
        Scenario.of("noisy-neighbour", STAY, 200, "somebody else takes processors for a while")
            .with(SERVICE_TIME, 1.55)
            .with(LASTS_MINUTES, 105)
            .by((minute, dials, strain) -> {
              if (minute < dials.of(LASTS_MINUTES)) {
                strain.serviceTime = dials.of(SERVICE_TIME);
                strain.stolen = 0.2;
                strain.both = true;
              }
            }),
        Scenario.of("maintenance-window", STAY, 300, "traffic is drained, machines are restarted")
            .with(LASTS_MINUTES, 120)
            .with(TRAFFIC, 0.12)
            .by((minute, dials, strain) -> {
              strain.seat = Seat.OUTSIDE;
              strain.both = true;
              if (minute < dials.of(LASTS_MINUTES)) {
                strain.traffic = dials.of(TRAFFIC);
                strain.restarts = minute % 30 == 15;
                strain.silentShare = minute % 30 >= 15 && minute % 30 < 21 ? 1 : 0;
              }
            }),
        Scenario.of("good-deploy", STAY, 240, "a deploy that costs a little more time and is fine")
            .with(SERVICE_TIME, 1.3)
            .by((minute, dials, strain) -> {
              strain.deploys = minute == 0;
              strain.restarts = minute == 2;
              strain.serviceTime = dials.of(SERVICE_TIME);
            }),
        Scenario.of(
                "cold-cache",
                STAY,
                180,
                "after a restart everything is slower until the cache is warm")
            .with(SERVICE_TIME, 2.1)
            .with(LASTS_MINUTES, 94)
            .by((minute, dials, strain) -> {
              strain.restarts = minute == 0;
              strain.serviceTime =
                  1
                      + (dials.of(SERVICE_TIME) - 1)
                          * Math.exp(-3 * minute / dials.of(LASTS_MINUTES));
            }),
        Scenario.of(
                "one-blind-vantage",
                STAY,
                240,
                "one vantage point does not reach the cell, all others do")
            .with(LASTS_MINUTES, 130)
            .by((minute, dials, strain) -> {
              if (minute < dials.of(LASTS_MINUTES)) {
                strain.blind.add("west");
              }
            }),
        Scenario.of("backup", STAY, 240, "a backup reads all disks for two hours")
            .with(IO_WAIT, 3.6)
            .with(LASTS_MINUTES, 115)
            .by((minute, dials, strain) -> {
              if (minute < dials.of(LASTS_MINUTES)) {
                strain.ioWait = dials.of(IO_WAIT);
                strain.serviceTime = 1.3;
                strain.both = true;
              }
            }),
        Scenario.of("batch-import", STAY, 240, "a batch fills the queue; nobody waits for it")
            .with(TRAFFIC, 1.35)
            .with(LASTS_MINUTES, 125)
            .by((minute, dials, strain) -> {
              strain.seat = Seat.OUTSIDE;
              if (minute < dials.of(LASTS_MINUTES)) {
                strain.traffic = dials.of(TRAFFIC);
                strain.queue = 14;
                strain.stolen = 0.1;
              }
            }),
        Scenario.of("busy-day", STAY, DAY, "a day on which much more is asked for than on others")
            .with(TRAFFIC, 1.38)
            .by((minute, dials, strain) -> {
              strain.seat = Seat.OUTSIDE;
              strain.traffic = 1 + (dials.of(TRAFFIC) - 1) * Math.sin(Math.PI * minute / DAY);
            }),
        Scenario.of("absurd-values", STAY, 120, "some samples are no numbers, or absurd ones")
            .with(LASTS_MINUTES, 4)
            .by((minute, dials, strain) -> strain.absurd = minute < dials.of(LASTS_MINUTES)),
        Scenario.of("twice-and-late", STAY, 180, "everything is delivered twice, some of it late")
            .by((minute, dials, strain) -> strain.repeats = true),
        Scenario.of(
                "quiet-weeks",
                STAY,
                WEEKS * 7 * DAY,
                "four ordinary weeks: nights, weekends, a backup each night, deploys and restarts")
            .with(IO_WAIT, 3.4)
            .with(LASTS_MINUTES, 97)
            .by((minute, dials, strain) -> {
              int day = minute / DAY;
              int inDay = minute % DAY;
              if (inDay < dials.of(LASTS_MINUTES)) {
                strain.ioWait = dials.of(IO_WAIT);
              }
              strain.restarts = day % 7 == 2 && inDay == 600;
              strain.deploys = day % 7 == 2 && inDay == 598;
            }));
  }
}

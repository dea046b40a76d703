package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.catalogue.NotificationTarget.Channel;

/// Who is told of what.
final class Audience {
  private Audience() {}

  /// Whether notices of this meaning are of use to a target. Targets that keep incidents hear what
  /// opens one and what closes one: to them whatever else is said would be done on behalf of the
  /// people behind them.
  static boolean hears(NotificationTarget target, Action action) {
    return switch (action) {
      case TRIGGER -> true;
      case INFORM, RESOLVE -> !keepsIncidents(target);
      case CLOSE -> keepsIncidents(target);
    };
  }

  /// Whether it has a state that lasts until somebody says that it is over.
  static boolean keepsIncidents(NotificationTarget target) {
    return switch (target.channel()) {
      case Channel.PagerDuty pagerDuty -> true;
      case Channel.Text text -> false;
      case Channel.Slack slack -> false;
      case Channel.Generic generic -> false;
      case Channel.CloudEvent event -> false;
    };
  }
}

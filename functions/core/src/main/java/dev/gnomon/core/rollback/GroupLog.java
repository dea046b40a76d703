package dev.gnomon.core.rollback;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.UpdateId;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The group rollbacks of one update or one cell, numbered.
public final class GroupLog {
  private static final Pattern ID = Pattern.compile("(.+)-([rc])([1-9][0-9]{0,17})");

  private final RecordLog<Group> log;
  private final String idPrefix;

  private GroupLog(ControlRecords records, String prefix, String idPrefix) {
    this.log = new RecordLog<>(records, prefix, Group.class);
    this.idPrefix = idPrefix;
  }

  static GroupLog ofUpdate(ControlRecords records, UpdateId update) {
    return new GroupLog(records, "updates/" + update + "/rollbacks", update + "-r");
  }

  static GroupLog ofCell(ControlRecords records, CellName cell) {
    return new GroupLog(records, "cells/" + cell + "/rollbacks", cell + "-c");
  }

  /// Whether an id is one of a group that an update's failure began.
  static boolean isOfUpdate(String id) {
    Matcher matcher = ID.matcher(id);
    return matcher.matches() && matcher.group(2).equals("r");
  }

  /// The log that a group's id belongs to; empty if the text is no such id.
  public static Optional<GroupLog> of(ControlRecords records, String id) {
    Matcher matcher = ID.matcher(id);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          matcher.group(2).equals("r")
              ? ofUpdate(records, new UpdateId(matcher.group(1)))
              : ofCell(records, new CellName(matcher.group(1))));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  String id(long number) {
    return idPrefix + number;
  }

  public Optional<Group> get(String id) {
    long number = Long.parseLong(id.substring(idPrefix.length()));
    return log.get(number);
  }

  Optional<Numbered<Group>> last() {
    return log.last();
  }

  Outcome<Group> append(long number, Group group) {
    return log.append(number, group);
  }
}

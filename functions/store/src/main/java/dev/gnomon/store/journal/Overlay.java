package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Write;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/// Values of a base with newer writes laid over them, in the order of their keys.
final class Overlay implements Iterator<Write.Put> {
  private final Iterator<Write.Put> base;
  private final Iterator<Write> writes;
  private Write.@Nullable Put nextOfBase;
  private @Nullable Write nextWrite;
  private Write.@Nullable Put next;

  /// @param writes the last one of each key
  Overlay(Iterator<Write.Put> base, SortedMap<?, Write> writes) {
    this.base = base;
    this.writes = writes.values().iterator();
    this.nextOfBase = advanceBase();
    this.nextWrite = advanceWrite();
    this.next = advance();
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Write.Put next() {
    Write.Put result = next;
    if (result == null) {
      throw new NoSuchElementException();
    }
    next = advance();
    return result;
  }

  private Write.@Nullable Put advance() {
    while (true) {
      Write.Put old = nextOfBase;
      Write write = nextWrite;
      if (write == null || (old != null && old.key().compareTo(write.key()) < 0)) {
        nextOfBase = advanceBase();
        return old;
      }
      if (old != null && old.key().equals(write.key())) {
        nextOfBase = advanceBase();
      }
      nextWrite = advanceWrite();
      switch (write) {
        case Write.Put put -> {
          return put;
        }
        case Write.Delete delete -> {}
      }
    }
  }

  private Write.@Nullable Put advanceBase() {
    return base.hasNext() ? base.next() : null;
  }

  private @Nullable Write advanceWrite() {
    return writes.hasNext() ? writes.next() : null;
  }
}

package dev.gnomon.s3;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of a bucket policy with a statement of ours put in and taken out again, so that every
/// other character stays as it was.
///
/// The name of the statement says whose it is, for which epoch, and what there was before: `N` no
/// policy, `W` a single statement that had to be put into a list, `A` a list.
final class PolicyText {
  private static final String MARK = "GnomonFence";
  private static final Pattern SID = Pattern.compile(MARK + "([0-9a-f]{16})E([0-9]{1,19})([NWA])");
  private static final JsonFactory JSON = new JsonFactory();

  private final String text;
  private final List<Statement> statements;
  private final int listFrom;
  private final int listTo;
  private final boolean list;

  /// @param from position of its first character
  /// @param to position behind its last character
  private record Statement(int from, int to, String sid) {}

  private PolicyText(
      String text, List<Statement> statements, int listFrom, int listTo, boolean list) {
    this.text = text;
    this.statements = statements;
    this.listFrom = listFrom;
    this.listTo = listTo;
    this.list = list;
  }

  /// @throws UncheckedIOException if it is no policy
  static PolicyText of(String text) {
    try (JsonParser in = JSON.createParser(text)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("a policy is a JSON object");
      }
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = in.currentName().equals("Statement");
        in.nextToken();
        if (!wanted) {
          in.skipChildren();
          continue;
        }
        boolean list = in.currentToken() == JsonToken.START_ARRAY;
        int from = at(in);
        List<Statement> statements = new ArrayList<>();
        if (list) {
          while (in.nextToken() == JsonToken.START_OBJECT) {
            statements.add(statement(in));
          }
        } else if (in.currentToken() == JsonToken.START_OBJECT) {
          statements.add(statement(in));
        } else {
          throw new IOException("its Statement is neither a list nor an object");
        }
        return new PolicyText(text, statements, from, behind(in), list);
      }
      throw new IOException("a policy has a Statement");
    } catch (IOException e) {
      throw new UncheckedIOException("the bucket's policy can't be read: " + e.getMessage(), e);
    }
  }

  private static Statement statement(JsonParser in) throws IOException {
    int from = at(in);
    String sid = "";
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      boolean named = in.currentName().equals("Sid");
      JsonToken value = in.nextToken();
      if (named && value == JsonToken.VALUE_STRING) {
        sid = in.getText();
      } else {
        in.skipChildren();
      }
    }
    return new Statement(from, behind(in), sid);
  }

  private static int at(JsonParser in) {
    return (int) in.currentTokenLocation().getCharOffset();
  }

  private static int behind(JsonParser in) {
    return (int) in.currentLocation().getCharOffset();
  }

  /// Epoch of the statement that stands there for an owner.
  Optional<Long> epoch(String owner) {
    return ours(owner).map(found -> Long.parseLong(matcher(found).group(2)));
  }

  /// The policy with a statement for an owner and an epoch, in the place of an earlier one.
  ///
  /// @param owner 16 hex digits
  /// @param statement gives the JSON of the statement for its name
  static String with(
      Optional<String> policy,
      String owner,
      long epoch,
      java.util.function.UnaryOperator<String> statement) {
    if (policy.isEmpty()) {
      return "{\"Version\":\"2012-10-17\",\"Statement\":["
          + statement.apply(sid(owner, epoch, 'N'))
          + "]}";
    }
    PolicyText found = of(policy.get());
    Optional<Statement> earlier = found.ours(owner);
    if (earlier.isPresent()) {
      char before = matcher(earlier.get()).group(3).charAt(0);
      return found.text.substring(0, earlier.get().from())
          + statement.apply(sid(owner, epoch, before))
          + found.text.substring(earlier.get().to());
    }
    String head = found.text.substring(0, found.listFrom);
    String tail = found.text.substring(found.listTo);
    String all = found.text.substring(found.listFrom, found.listTo);
    return found.list
        ? head
            + "["
            + statement.apply(sid(owner, epoch, 'A'))
            + (found.statements.isEmpty() ? "" : ",")
            + all.substring(1)
            + tail
        : head + "[" + statement.apply(sid(owner, epoch, 'W')) + "," + all + "]" + tail;
  }

  /// The policy without the statement of an owner.
  ///
  /// @return empty if nothing is left of a policy that began with it
  Optional<String> without(String owner) {
    Optional<Statement> ours = ours(owner);
    if (ours.isEmpty()) {
      return Optional.of(text);
    }
    char before = matcher(ours.get()).group(3).charAt(0);
    if (statements.size() == 1 && before == 'N') {
      return Optional.empty();
    }
    int at = statements.indexOf(ours.get());
    int from = ours.get().from();
    int to = ours.get().to();
    if (at + 1 < statements.size()) {
      to = statements.get(at + 1).from();
      // Only the comma and what this class put before it: blanks of the next one are its own.
      to = ours.get().to() + text.substring(ours.get().to(), to).indexOf(',') + 1;
    } else if (at > 0) {
      from = statements.get(at - 1).to();
    }
    String rest = text.substring(0, from) + text.substring(to);
    PolicyText left = of(rest);
    if (before == 'W' && left.list && left.statements.size() == 1) {
      Statement single = left.statements.getFirst();
      return Optional.of(
          rest.substring(0, left.listFrom)
              + rest.substring(single.from(), single.to())
              + rest.substring(left.listTo));
    }
    return Optional.of(rest);
  }

  private Optional<Statement> ours(String owner) {
    return statements.stream()
        .filter(one -> SID.matcher(one.sid()).matches())
        .filter(one -> matcher(one).group(1).equals(owner))
        .findFirst();
  }

  private static Matcher matcher(Statement statement) {
    Matcher matcher = SID.matcher(statement.sid());
    if (!matcher.matches()) {
      throw new IllegalStateException("not a statement of a fence: " + statement.sid());
    }
    return matcher;
  }

  private static String sid(String owner, long epoch, char before) {
    return MARK + owner + "E" + epoch + before;
  }
}

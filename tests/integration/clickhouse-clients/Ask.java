// Asks the port of readers by JDBC and prints what it was told, as JSON. Run as one file: java -cp JARS Ask.java
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

public class Ask {
  public static void main(String[] args) throws SQLException {
    String[] reader = System.getenv("READER").split("\n");
    Properties login = new Properties();
    login.setProperty("user", reader[1]);
    login.setProperty("password", reader[2]);
    try (Connection connection = DriverManager.getConnection("jdbc:clickhouse://127.0.0.1:" + reader[0] + "/tidemark", login)) {
      List<String> views = new ArrayList<>();
      for (String view : System.getenv("VIEWS").split("\n"))
        views.add(quote(view) + ":" + count(connection, "SELECT * FROM " + view));
      List<String> refused = new ArrayList<>();
      for (String statement : System.getenv("REFUSED").split("\n")) refused.add(quote(tryIt(connection, statement)));
      System.out.println("{\"version\":" + quote(connection.getMetaData().getDatabaseProductVersion())
          + ",\"views\":{" + String.join(",", views) + "},\"types\":[" + String.join(",", types(connection))
          + "],\"refused\":[" + String.join(",", refused) + "],\"large\":"
          + count(connection, "SELECT number, toString(number) FROM numbers(300000)") + "}");
    }
  }

  static List<String> types(Connection connection) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(System.getenv("TYPES"))) {
      row.next();
      for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
        String type = row.getMetaData().getColumnTypeName(column).replaceAll("^(Nullable|LowCardinality)\\((.*)\\)$", "$2");
        String value = type.startsWith("DateTime64")
            ? row.getObject(column, ZonedDateTime.class).toInstant().toString()
            : row.getString(column);
        values.add(quote(type + " " + value));
      }
    }
    return values;
  }

  /** Every value of every row is read. */
  static long count(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
      long count = 0;
      for (; rows.next(); count++)
        for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) rows.getObject(column);
      return count;
    }
  }

  static String tryIt(Connection connection, String text) {
    try (Statement statement = connection.createStatement()) {
      return "done: " + statement.execute(text);
    } catch (SQLException error) {
      return String.valueOf(error.getMessage());
    }
  }

  static String quote(String text) {
    return "\"" + text.chars().mapToObj(c -> c < 32 || c == '"' || c == '\\' ? String.format("\\u%04x", c) : "" + (char) c)
        .collect(Collectors.joining()) + "\"";
  }
}

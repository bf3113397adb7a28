import java.sql.*;
import java.util.*;

public class Jdbc {
    public static void main(String[] arguments) throws Exception {
        try (Connection connection = DriverManager.getConnection(arguments[0])) {
            DatabaseMetaData about = connection.getMetaData();
            show(about.getDatabaseProductName(), about.getDatabaseMajorVersion());
            List<String> tables = new ArrayList<>();
            try (ResultSet rows = about.getTables(null, "public", "%", new String[] {"TABLE"})) {
                while (rows.next()) tables.add(rows.getString("TABLE_NAME"));
            }
            show(tables);
            try (ResultSet rows = about.getPrimaryKeys(null, "public", "Reviews")) {
                while (rows.next()) show(rows.getString("COLUMN_NAME"), rows.getInt("KEY_SEQ"));
            }
            try (ResultSet rows = about.getColumns(null, "public", "Reviews", "User")) {
                while (rows.next()) show(rows.getString("TYPE_NAME"), rows.getInt("NULLABLE"), rows.getString("REMARKS"));
            }
            try (ResultSet rows = about.getIndexInfo(null, "public", "Orders", false, false)) {
                Set<String> names = new TreeSet<>();
                while (rows.next()) names.add(rows.getString("INDEX_NAME"));
                show(names);
            }
            String sql = "SELECT \"Book\", \"Rating\" FROM reviews WHERE \"User\" = ? AND \"Rating\" >= ? ORDER BY 1";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                for (int round = 0; round < 7; round++) {  // the sixth is prepared on the server, and binary
                    statement.setString(1, "Tristan");
                    statement.setInt(2, 5);
                    try (ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) if (round % 6 == 0) show(rows.getString(1), rows.getLong(2));
                    }
                }
            }
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(100);
                int count = 0;
                try (ResultSet rows = statement.executeQuery("SELECT * FROM orders")) {
                    while (rows.next()) count++;
                }
                show(count);
                statement.executeUpdate("INSERT INTO reviews (\"User\", \"Book\") VALUES ('jdbc', 'one')");
                Savepoint here = connection.setSavepoint();
                try {
                    statement.executeQuery("SELECT * FROM nowhere");
                } catch (SQLException error) {
                    show(error.getSQLState());
                }
                connection.rollback(here);
                show(statement.executeUpdate("DELETE FROM reviews WHERE \"User\" = 'jdbc'"));
            }
            connection.rollback();
            show(connection.isValid(5));
        }
    }

    private static void show(Object... values) {
        System.out.println(String.join("|", Arrays.stream(values).map(String::valueOf).toList()));
    }
}

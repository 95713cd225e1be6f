import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.sf.jsqlparser.parser.CCJSqlParserUtil;

/**
 * Reads "dialect TAB base64 of a statement" lines and answers each with the base64 of what JSqlParser has against it,
 * an empty line when it takes the statement. It has one grammar for all databases.
 */
public class AskJSqlParser {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      byte[] text = Base64.getDecoder().decode(line.substring(line.indexOf('\t') + 1));
      System.out.println(encode(refusal(new String(text, StandardCharsets.UTF_8))));
    }
    System.exit(0); // the parser keeps threads
  }

  private static String refusal(String text) {
    try {
      CCJSqlParserUtil.parse(text, parser -> parser.withTimeOut(120_000)); // a busy machine is no syntax error
      return "";
    } catch (Exception | Error e) {
      return String.valueOf(e.getMessage());
    }
  }

  private static String encode(String s) {
    return Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8));
  }
}

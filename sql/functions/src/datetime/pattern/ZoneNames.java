import java.time.*;import java.time.format.*;import java.time.temporal.*;import java.util.*;
public class ZoneNames { 
 static DateTimeFormatter f(String p){return new DateTimeFormatterBuilder().parseCaseInsensitive().appendPattern(p).toFormatter(Locale.US);}
 public static void main(String[] a){
 Map<String,List<String>> names=new TreeMap<>(); TreeSet<String> shorts=new TreeSet<>(), fulls=new TreeSet<>();
 DateTimeFormatter v1=f("v"),v4=f("vvvv");
 for (String id : new TreeSet<>(ZoneId.getAvailableZoneIds())) {
  if(id.startsWith("SystemV/")) continue;
  TimeZone tz=TimeZone.getTimeZone(id); ZonedDateTime t=ZonedDateTime.of(2024,1,1,0,0,0,0,ZoneId.of(id));
  String[] n={tz.getDisplayName(false,0,Locale.US),tz.getDisplayName(true,0,Locale.US),tz.getDisplayName(false,1,Locale.US),tz.getDisplayName(true,1,Locale.US),v1.format(t),v4.format(t)};
  shorts.add(n[0]);shorts.add(n[1]);shorts.add(n[4]);fulls.add(n[2]);fulls.add(n[3]);fulls.add(n[5]);
  names.computeIfAbsent(String.join("|",n),k->new ArrayList<>()).add(id);
 }
 for(var e:names.entrySet()) System.out.println("names|"+e.getKey()+"|"+String.join(" ",e.getValue()));
 for(int k=0;k<2;k++){ DateTimeFormatter p=f(k==0?"z":"zzzz"); for(String s:(k==0?shorts:fulls)){ try{ System.out.println((k==0?"short|":"full|")+s+"|"+p.parse(s).query(TemporalQueries.zone())); }catch(Exception e){ } } }
 }}

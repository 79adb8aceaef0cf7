# The objects that the workloads call.
@0x816577221945f74c;

using Go = import "/go.capnp";
$Go.package("benchcp");
$Go.import("github.com/ocapn-go/ocapn/examples/bench/peer/benchcp");

struct Record {
  name @0 :Text;
  id @1 :Int64;
  tags @2 :List(Text);
  blob @3 :Data;
}

interface Thing {
  ping @0 ();
}

interface Step {
  next @0 () -> (step :Step);
  finish @1 ();
}

interface Bench {
  null @0 ();
  swap @1 (record :Record) -> (record :Record);
  echo @2 (data :Data) -> (data :Data);
  next @3 () -> (step :Step);
  callBack @4 (who :Thing);
  thing @5 () -> (thing :Thing);
}

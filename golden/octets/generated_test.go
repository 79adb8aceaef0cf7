package octets

import (
	"github.com/ocapn-go/ocapn/golden/absences"
	"github.com/ocapn-go/ocapn/golden/anyvalues"
	"github.com/ocapn-go/ocapn/golden/callables"
	"github.com/ocapn-go/ocapn/golden/chat"
	"github.com/ocapn-go/ocapn/golden/closedunions"
	"github.com/ocapn-go/ocapn/golden/collections"
	"github.com/ocapn-go/ocapn/golden/enums"
	"github.com/ocapn-go/ocapn/golden/events"
	"github.com/ocapn-go/ocapn/golden/extends"
	"github.com/ocapn-go/ocapn/golden/imports"
	"github.com/ocapn-go/ocapn/golden/imports/shapes"
	"github.com/ocapn-go/ocapn/golden/internal/exercise"
	"github.com/ocapn-go/ocapn/golden/keeps"
	"github.com/ocapn-go/ocapn/golden/names"
	"github.com/ocapn-go/ocapn/golden/oneways"
	"github.com/ocapn-go/ocapn/golden/optionalfields"
	"github.com/ocapn-go/ocapn/golden/optionals"
	"github.com/ocapn-go/ocapn/golden/paths"
	"github.com/ocapn-go/ocapn/golden/promises"
	"github.com/ocapn-go/ocapn/golden/raises"
	"github.com/ocapn-go/ocapn/golden/raises/limits"
	"github.com/ocapn-go/ocapn/golden/references"
	"github.com/ocapn-go/ocapn/golden/rests"
	"github.com/ocapn-go/ocapn/golden/scalars"
	"github.com/ocapn-go/ocapn/golden/selectors"
	"github.com/ocapn-go/ocapn/golden/streams"
	"github.com/ocapn-go/ocapn/golden/structs"
	"github.com/ocapn-go/ocapn/golden/sturdyrefs"
	"github.com/ocapn-go/ocapn/golden/taggeds"
	"github.com/ocapn-go/ocapn/golden/texts"
	"github.com/ocapn-go/ocapn/golden/tuples"
	"github.com/ocapn-go/ocapn/golden/twofiles"
	"github.com/ocapn-go/ocapn/golden/unions"
)

// generated are the types of the references of the cases of package golden.
var generated = exercise.File{References: []exercise.Reference{
	{Zero: absences.Desk{}, New: absences.NewDesk, Funcs: absences.DeskFuncs{}},
	{Zero: anyvalues.Mirror{}, New: anyvalues.NewMirror, Funcs: anyvalues.MirrorFuncs{}},
	{Zero: callables.Adder{}, New: callables.NewAdder},
	{Zero: callables.Stop{}, New: callables.NewStop},
	{Zero: callables.Curry{}, New: callables.NewCurry},
	{Zero: callables.Unary{}, New: callables.NewUnary},
	{Zero: callables.Log{}, New: callables.NewLog},
	{Zero: callables.Count{}, New: callables.NewCount},
	{Zero: callables.Machine{}, New: callables.NewMachine, Funcs: callables.MachineFuncs{}},
	{Zero: chat.FinalizeSubscription{}, New: chat.NewFinalizeSubscription},
	{Zero: chat.Unsubscribe{}, New: chat.NewUnsubscribe},
	{Zero: chat.User{}, New: chat.NewUser, Funcs: chat.UserFuncs{}},
	{Zero: chat.Chatroom{}, New: chat.NewChatroom, Funcs: chat.ChatroomFuncs{}},
	{Zero: chat.UserInbox{}, New: chat.NewUserInbox, Funcs: chat.UserInboxFuncs{}},
	{Zero: chat.MessagingChannel{}, New: chat.NewMessagingChannel, Funcs: chat.MessagingChannelFuncs{}},
	{Zero: chat.Observer{}, New: chat.NewObserver, Funcs: chat.ObserverFuncs{}},
	{Zero: chat.AuthenticatedChannel{}, New: chat.NewAuthenticatedChannel, Funcs: chat.AuthenticatedChannelFuncs{}},
	{Zero: chat.RichRoom{}, New: chat.NewRichRoom, Funcs: chat.RichRoomFuncs{}},
	{Zero: closedunions.Calculator{}, New: closedunions.NewCalculator, Funcs: closedunions.CalculatorFuncs{}},
	{Zero: collections.Store{}, New: collections.NewStore, Funcs: collections.StoreFuncs{}},
	{Zero: enums.Lamp{}, New: enums.NewLamp, Funcs: enums.LampFuncs{}},
	{Zero: events.User{}, New: events.NewUser, Funcs: events.UserFuncs{}},
	{Zero: events.Observer{}, New: events.NewObserver, Funcs: events.ObserverFuncs{}},
	{Zero: events.CloseObserver{}, New: events.NewCloseObserver, Funcs: events.CloseObserverFuncs{}},
	{Zero: events.Mixed{}, New: events.NewMixed, Funcs: events.MixedFuncs{}},
	{Zero: events.Nothing{}, New: events.NewNothing, Funcs: events.NothingFuncs{}},
	{Zero: extends.Named{}, New: extends.NewNamed, Funcs: extends.NamedFuncs{}},
	{Zero: extends.Room{}, New: extends.NewRoom, Funcs: extends.RoomFuncs{}},
	{Zero: extends.Closable{}, New: extends.NewClosable, Funcs: extends.ClosableFuncs{}},
	{Zero: extends.RichRoom{}, New: extends.NewRichRoom, Funcs: extends.RichRoomFuncs{}},
	{Zero: imports.Canvas{}, New: imports.NewCanvas, Funcs: imports.CanvasFuncs{}},
	{Zero: imports.NamedShape{}, New: imports.NewNamedShape, Funcs: imports.NamedShapeFuncs{}},
	{Zero: imports.CloseWatcher{}, New: imports.NewCloseWatcher, Funcs: imports.CloseWatcherFuncs{}},
	{Zero: imports.RichPainter{}, New: imports.NewRichPainter, Funcs: imports.RichPainterFuncs{}},
	{Zero: shapes.Shape{}, New: shapes.NewShape, Funcs: shapes.ShapeFuncs{}},
	{Zero: shapes.OnClick{}, New: shapes.NewOnClick},
	{Zero: shapes.Watcher{}, New: shapes.NewWatcher, Funcs: shapes.WatcherFuncs{}},
	{Zero: shapes.Painter{}, New: shapes.NewPainter, Funcs: shapes.PainterFuncs{}},
	{Zero: keeps.Registry{}, New: keeps.NewRegistry, Funcs: keeps.RegistryFuncs{}},
	{Zero: names.Taker{}, New: names.NewTaker, Funcs: names.TakerFuncs{}},
	{Zero: names.Maker{}, New: names.NewMaker, Funcs: names.MakerFuncs{}},
	{Zero: names.Run{}, New: names.NewRun},
	{Zero: oneways.Observer{}, New: oneways.NewObserver, Funcs: oneways.ObserverFuncs{}},
	{Zero: optionalfields.Board{}, New: optionalfields.NewBoard, Funcs: optionalfields.BoardFuncs{}},
	{Zero: optionals.Log{}, New: optionals.NewLog, Funcs: optionals.LogFuncs{}},
	{Zero: paths.Node{}, New: paths.NewNode, Funcs: paths.NodeFuncs{}},
	{Zero: paths.Stop{}, New: paths.NewStop},
	{Zero: paths.Registry{}, New: paths.NewRegistry, Funcs: paths.RegistryFuncs{}},
	{Zero: paths.RichRegistry{}, New: paths.NewRichRegistry, Funcs: paths.RichRegistryFuncs{}},
	{Zero: paths.Look{}, New: paths.NewLook},
	{Zero: promises.Slow{}, New: promises.NewSlow, Funcs: promises.SlowFuncs{}},
	{Zero: promises.Named{}, New: promises.NewNamed, Funcs: promises.NamedFuncs{}},
	{Zero: limits.Gate{}, New: limits.NewGate, Funcs: limits.GateFuncs{}},
	{Zero: raises.Reply{}, New: raises.NewReply},
	{Zero: raises.User{}, New: raises.NewUser, Funcs: raises.UserFuncs{}},
	{Zero: raises.Room{}, New: raises.NewRoom, Funcs: raises.RoomFuncs{}},
	{Zero: raises.NamedRoom{}, New: raises.NewNamedRoom, Funcs: raises.NamedRoomFuncs{}},
	{Zero: references.User{}, New: references.NewUser, Funcs: references.UserFuncs{}},
	{Zero: references.Chatroom{}, New: references.NewChatroom, Funcs: references.ChatroomFuncs{}},
	{Zero: references.Channel{}, New: references.NewChannel, Funcs: references.ChannelFuncs{}},
	{Zero: rests.Printer{}, New: rests.NewPrinter, Funcs: rests.PrinterFuncs{}},
	{Zero: scalars.Echo{}, New: scalars.NewEcho, Funcs: scalars.EchoFuncs{}},
	{Zero: selectors.Odd{}, New: selectors.NewOdd, Funcs: selectors.OddFuncs{}},
	{Zero: streams.Sink{}, New: streams.NewSink, Funcs: streams.SinkFuncs{}},
	{Zero: streams.NamedSink{}, New: streams.NewNamedSink, Funcs: streams.NamedSinkFuncs{}},
	{Zero: streams.Store{}, New: streams.NewStore, Funcs: streams.StoreFuncs{}},
	{Zero: structs.Registry{}, New: structs.NewRegistry, Funcs: structs.RegistryFuncs{}},
	{Zero: sturdyrefs.Directory{}, New: sturdyrefs.NewDirectory, Funcs: sturdyrefs.DirectoryFuncs{}},
	{Zero: taggeds.Clock{}, New: taggeds.NewClock, Funcs: taggeds.ClockFuncs{}},
	{Zero: texts.Notebook{}, New: texts.NewNotebook, Funcs: texts.NotebookFuncs{}},
	{Zero: tuples.Unsubscribe{}, New: tuples.NewUnsubscribe},
	{Zero: tuples.Channel{}, New: tuples.NewChannel, Funcs: tuples.ChannelFuncs{}},
	{Zero: tuples.Divide{}, New: tuples.NewDivide},
	{Zero: twofiles.Container{}, New: twofiles.NewContainer, Funcs: twofiles.ContainerFuncs{}},
	{Zero: twofiles.Box{}, New: twofiles.NewBox, Funcs: twofiles.BoxFuncs{}},
	{Zero: unions.Room{}, New: unions.NewRoom, Funcs: unions.RoomFuncs{}},
}}

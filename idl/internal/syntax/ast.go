package syntax

import "github.com/alecthomas/participle/v2/lexer"

// File is the root of the tree.
type File struct {
	Decls []*Decl `parser:"@@*"`

	// Broken are the names of declarations that did not parse. It is not part of the grammar.
	Broken []string
}

// Decl is a declaration, the package clause or an import.
type Decl struct {
	Node
	Docs      []lexer.Token `parser:"@( Doc* )"`
	Anns      []*Ann        `parser:"@@*"`
	Closed    *lexer.Token  `parser:"@'closed'?"`
	Package   *Package      `parser:"( @@"`
	Import    *Import       `parser:"| @@"`
	Const     *Const        `parser:"| @@"`
	Alias     *Alias        `parser:"| @@"`
	Enum      *Enum         `parser:"| @@"`
	Struct    *Struct       `parser:"| @@"`
	Union     *Union        `parser:"| @@"`
	Error     *ErrorDecl    `parser:"| @@"`
	Interface *Interface    `parser:"| @@"`
	Callable  *Callable     `parser:"| @@ ) ';'?"`
}

// Node is the place of a part of the tree: the tokens that it is made of, comments and white space left out. The parser
// fills it in.
type Node struct {
	Tokens []lexer.Token
}

// Package is the package clause.
type Package struct {
	Name *Dotted      `parser:"'package' @@"`
	Go   *lexer.Token `parser:"( 'go' @String )?"`
}

// Import names another file.
type Import struct {
	Path lexer.Token  `parser:"'import' @String"`
	As   *lexer.Token `parser:"( 'as' @Ident )?"`
}

// Const is a named value.
type Const struct {
	Name  lexer.Token `parser:"'const' @Ident"`
	Type  *Type       `parser:"':' @@"`
	Value *Literal    `parser:"'=' @@"`
}

// Alias is a second name of a type.
type Alias struct {
	Name lexer.Token `parser:"'type' @Ident"`
	Type *Type       `parser:"'=' @@"`
}

// Enum is a set of symbols.
type Enum struct {
	Name  lexer.Token `parser:"'enum' @Ident"`
	Cases []*EnumCase `parser:"'{' @@* '}'"`
}

// EnumCase is one symbol of an enum.
type EnumCase struct {
	Node
	Docs []lexer.Token `parser:"@( Doc* )"`
	Anns []*Ann        `parser:"@@*"`
	Name *Name         `parser:"@@ ( ',' | ';' )?"`
}

// Struct is a record of named fields.
type Struct struct {
	Name   lexer.Token `parser:"'struct' @Ident"`
	Fields []*Field    `parser:"'{' @@* '}'"`
}

// Union is a choice of tagged values.
type Union struct {
	Name     lexer.Token `parser:"'union' @Ident"`
	Variants []*Variant  `parser:"'{' @@* '}'"`
}

// ErrorDecl is an error that a method may raise.
type ErrorDecl struct {
	Name   lexer.Token `parser:"'error' @Ident"`
	Fields []*Field    `parser:"( '{' @@* '}' )?"`
}

// Interface is a set of methods.
type Interface struct {
	Name    lexer.Token `parser:"'interface' @Ident"`
	Extends []*Dotted   `parser:"( 'extends' @@ ( ',' @@ )* )?"`
	Methods []*Method   `parser:"'{' @@* '}'"`
}

// Callable is an object that is called without a selector.
type Callable struct {
	Name      lexer.Token `parser:"'callable' @Ident"`
	Signature *Signature  `parser:"@@"`
}

// Field is a field of a struct.
type Field struct {
	Node
	Docs     []lexer.Token `parser:"@( Doc* )"`
	Anns     []*Ann        `parser:"@@*"`
	Name     *Name         `parser:"@@"`
	Optional bool          `parser:"@'?'?"`
	Type     *Type         `parser:"':' @@"`
	Default  *Literal      `parser:"( '=' @@ )? ( ',' | ';' )?"`
}

// Variant is a case of a union.
type Variant struct {
	Node
	Docs   []lexer.Token `parser:"@( Doc* )"`
	Anns   []*Ann        `parser:"@@*"`
	Name   *Name         `parser:"@@"`
	Type   *Type         `parser:"( '(' @@ ')'"`
	Fields []*Field      `parser:"| '{' @@* '}' )? ( ',' | ';' )?"`
}

// Method is a method of an interface.
type Method struct {
	Node
	Docs      []lexer.Token `parser:"@( Doc* )"`
	Anns      []*Ann        `parser:"@@*"`
	Modifier  *lexer.Token  `parser:"( (?= ( 'oneway' | 'stream' ) ( Ident | String ) ) @( 'oneway' | 'stream' ) )?"`
	Name      *Name         `parser:"@@"`
	Signature *Signature    `parser:"@@ ( ',' | ';' )?"`
}

// Signature is what a method or a callable takes and answers.
type Signature struct {
	Node
	Params []*Param  `parser:"'(' ( @@ ( (?! ',' ')' ) ',' @@ )* ','? )? ')'"`
	Result *Type     `parser:"( '->' @@ )?"`
	Raises []*Dotted `parser:"( 'raises' @@ ( ',' @@ )* )?"`
}

// Param is a parameter.
type Param struct {
	Node
	Anns     []*Ann   `parser:"@@*"`
	Rest     bool     `parser:"@'...'?"`
	Name     *Name    `parser:"@@"`
	Optional bool     `parser:"@'?'?"`
	Type     *Type    `parser:"':' @@"`
	Default  *Literal `parser:"( '=' @@ )?"`
}

// Type is a type in use. Absent holds the bars too; [Type.Alternatives] leaves them out.
type Type struct {
	Node
	Name   *Dotted       `parser:"@@"`
	Args   []*TypeArg    `parser:"( '<' @@ ( ',' @@ )* '>' )?"`
	Absent []lexer.Token `parser:"@( ( '|' Ident )* )"`
}

// TypeArg is an argument of a type: another type, or the tag of tagged.
type TypeArg struct {
	Node
	Tag  *lexer.Token `parser:"@String"`
	Type *Type        `parser:"| @@"`
}

// Literal is a value. Only one field is set; an empty list has none.
type Literal struct {
	Node
	String *lexer.Token `parser:"@String"`
	Symbol *lexer.Token `parser:"| @Symbol"`
	Float  *lexer.Token `parser:"| @Float"`
	Int    *lexer.Token `parser:"| @Int"`
	Ident  *lexer.Token `parser:"| @Ident"`
	List   []*Literal   `parser:"| '[' ( @@ ( ',' @@ )* )? ']'"`
}

// Ann is an annotation.
type Ann struct {
	Node
	Name lexer.Token `parser:"'@' @Ident"`
	Args []*Literal  `parser:"( '(' ( @@ ( ',' @@ )* )? ')' )?"`
}

// Name is the name of a member: an identifier, or anything in quotes.
type Name struct {
	Ident  *lexer.Token `parser:"@Ident"`
	Quoted *lexer.Token `parser:"| @String"`
}

// Dotted is a name that may be qualified. Parts holds the dots too; [Dotted.Names] leaves them out.
type Dotted struct {
	Parts []lexer.Token `parser:"@( Ident ( '.' Ident )* )"`
}

from rtfm_mmaction.workshop.cli.per_class import main

if __name__ == '__main__':
    main()
